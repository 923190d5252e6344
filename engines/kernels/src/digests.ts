import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '3a9f31ef55eb0c705e3536661fe1754ad00cbc91209abaaf767a470496d74b97',
  shared: '5b20d51da90b072af1caedfe77950cc1a10cc948d3f6db0638fc19220f2e26c1',
  single64: 'bb4d6775b905f2b1f1194d22d114ac2ce7589b8fb55ecc4d87f7c7dc791bfa07',
  shared64: '33d9b2a1e6c367beda0807353c63213d6c3de8239cab1277a485f58de8fd5418',
};
