import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: 'abfd856f514b57f8d36c153792260c4d1dcaa50269230111174e818ff09dbc88',
  shared: 'b51790c2ef3bafcc623b16be2515d931d6f59647489384cbdc165397e4fa5b91',
  single64: '16e63ad0e20012cf1d3f617d064c2ff736eef6a648f221e01ae45e9595be9915',
  shared64: '31ef4a4cc48085be89e8928dbe49d7641bca2e2e14c387ddea33fec2cbbd4405',
};
