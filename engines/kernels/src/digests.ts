import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '13b56ac2bb503004e0e7dda3dfb73bebcff0164971e79d750ffdfaffef58ac62',
  shared: 'f1b0a58ee43c3f2fbc735ef1a974cd26af184d0b49f06db1121690ac72aae8c5',
  single64: '176e9fc37052ea9b40588c1cbfc772f01e80e8916ec4701e0517e81ff349f502',
  shared64: 'af99e82b55b19d895385b71d860d22d27894802b5c1ae550bad7f109d9fa0c19',
};
