import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '702e22c4400e43f42211a5408373fc89908dde7cd280acfd99e4963211e386b2',
  shared: '1e9eafa3543f4e6307e15083954762da104c12e91af41dc485a4a15d05527092',
  single64: '52668be67f845c6d6f15bb3d5dbda4ea5585fa4162abd759ba62cf9c01186095',
  shared64: '9aba0a507369a180b297248f18784d5e4b1c42bd6d8e2f9b8499421f5fee3d98',
};
