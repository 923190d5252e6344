import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '47e4a615e8e69968897dd8ecca8135b3fa2893d3ceb826d40d8b7a23b9c80515',
  shared: '0b8b7c91ccb19ad675bbb0486c80ccfaf9f9e326370d8aac5aa14b699ba38036',
  single64: '2ee2404169d13590ce90c54a02d4d0076b90b1a74def4cf5def294322e5f61a2',
  shared64: '9682eb6b7d46fbe1dac08ec1263fc621c288332fc50778d1c14f958f7b94cd5d',
};
