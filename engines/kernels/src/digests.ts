import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '7ef6f58867e5bc2b7f3fff562e25b740f8051a405d2362bb383c7f1094079827',
  shared: '7bd6b6f2f9967b0e13dadc84885a9fe72a36c759794636dd26061dc3e2c1c348',
  single64: 'a0cd9a7583dc36e9cd595cce9ad7fa42010a3fdaf267c61c05eb27fb26589fbd',
  shared64: '62304d332514724340c5ec5f2e9a7197f37b2609c1bb4842cdf3066f03b97978',
};

/** The same of the binary that hashes. */
export const hashingDigest = '034a283d9a31e0a941b4bd3e9de89714a57d7e3e684681b52981626245e1b8e4';
