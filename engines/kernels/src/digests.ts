import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '9e78f6aba224542d6b03d8a1c3df97ba4477cf36c9b873c972c9dbb36fdf02dc',
  shared: '6222e995292bceb39a8c2c08cbda09c30d811e09ed9bd9e95436263a0141d6a5',
  single64: 'fbad016851d2697aa304c9fec35a7041917f536d62105b2df1375daa6cb648f1',
  shared64: '8b9a11917fcc167f9c8a628bd6d826077d7cbd8d77dcc40c1263bd21c969d0d8',
};
