import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '06059e816bb5624ba438fd21afd35f375cb4ae4a934376bc6e4f0003f4548c43',
  shared: '81f37392109b7b2db8b700d4de99f85ea54f688ec0917cc560865abbea32abdd',
  single64: '925de77615fb1f875bd260725c8a1795aecc291f02397c49fb95618a2e51c1e4',
  shared64: 'a49f2686e7bc0d887405ce589e065f1b229ec49c927bc542131a2b500c7e4036',
};
