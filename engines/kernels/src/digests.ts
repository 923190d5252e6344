import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '5fd5291fc354831c885e0d0770e3e719fb3a79f48f489024a51a0d6b7f3cb31c',
  shared: 'd284e6917c1371a9a754768d1d0a0cd75615fdc3bf5dc4f666cc8697dc859d67',
  single64: '161fa93720ef07652f11d0d9ed7533567534e261d1b3045740494f0381087b04',
  shared64: '61ee6352d38f213f8c1d582050aeba766af271057ce90f6923e1586a821870c4',
};
