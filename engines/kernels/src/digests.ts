import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '59df9854f19979fd5f0f2535698b3d8025cf5083c7ea1e03141cb03740d5e96c',
  shared: 'f2a7d9155877b965f237190ad3c4680f78d59a46d740ae67170e781e2ae17c67',
  single64: 'f382ff6a5e5855ac9cd9865f422f3f91a7c0bb3805413f11d9ca5b2bd7504b0f',
  shared64: 'b95ecaf6898ca85b86353234d5756d2820a1f677f379dd8c094ea00d6c1ed225',
};
