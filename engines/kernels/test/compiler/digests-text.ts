import type { Build } from '../../src/build.ts';

/** The source text of src/digests.ts. */
export const digestsText = (digests: readonly (readonly [Build, string])[], hashing: string): string =>
  [
    "import type { Build } from './build.ts';",
    '',
    '/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */',
    'export const digests: Readonly<Record<Build, string>> = {',
    ...digests.map(([build, digest]) => `  ${build}: '${digest}',`),
    '};',
    '',
    '/** The same of the binary that hashes. */',
    `export const hashingDigest = '${hashing}';`,
    '',
  ].join('\n');
