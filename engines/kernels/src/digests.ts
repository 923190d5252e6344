import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: 'b5f5f21669fb512f5f63dafa1bc1e34921b49ea1e0069b07907d799700322840',
  shared: 'e551cb740ad1485ac811a5d461b261060cf6a8d9738661a953c7b93ef3770f37',
  single64: '006e90b6ffa7b21891db2476b9b132df398463b70b95e7fad4796ef7c0e84a61',
  shared64: '04f924baa7a66375175fb42543a8bc4fda3defec286e5a6ba10ea1fc79114a01',
};
