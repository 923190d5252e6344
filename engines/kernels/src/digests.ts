import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '677d603cfb9b88baabcaf05723a3658c374f86c99f414aa0fd0714758358760e',
  shared: '2061183e3f816bb587bc134baf9347d19ed33e84b9b543fb3723c3565a733968',
  single64: 'f538e52d190f93aa58706f084e2bddd497f6b3027fdb22b4589da4c840f54a6d',
  shared64: '0296c741496a6b6ab8bcdcf3bd017db7a66ed85835136d12c9638f46a70232c1',
};

/** The same of the binary that hashes. */
export const hashingDigest = '034a283d9a31e0a941b4bd3e9de89714a57d7e3e684681b52981626245e1b8e4';
