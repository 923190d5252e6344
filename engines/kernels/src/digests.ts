import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '32a8fd3387f13aded9f001523ebbe4a2903b1195e348a8e8a138febf2232b862',
  shared: '16695b0c2eb3e8b5b7f3227954fadaede773be7cb27f36bb12b7941e52a4417f',
  single64: 'c36c89054e6f626a82b8cceae409bdb8a8d5cc32a67fb39ab9a5b56aa5ea1acb',
  shared64: '29e74bd97358e58a44121b86fff9e42ccf1053d0e2dd9e7161623d8c2569c70a',
};

/** The same of the binary that hashes. */
export const hashingDigest = '034a283d9a31e0a941b4bd3e9de89714a57d7e3e684681b52981626245e1b8e4';
