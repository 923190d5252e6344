import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '5fd883e53387cbc92a67b1c06b701f8572e9a9550a7702b731e8c1a313d7126b',
  shared: '83d3eff3d64065c3e7a32c32c197ac2df7faddbd285cbcf54f435f9637db269e',
  single64: '92c9264ecb52b90f7e6d54c773b1817a179a3ae0e64a0916aab873c7ab7ed096',
  shared64: '8f26862cad9f49229f0e79356b612e75c5ce3ac78264d832e805e09a3b4ec7d7',
};
