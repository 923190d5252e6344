import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '695c75ad6345b5bda5497cc3cce07ddde20a485dcbab61e10757cc97fc1c1848',
  shared: '14af659c0e88ab789df2bd897a556577829ef320079070f5864c4aa109fb84d6',
  single64: 'efc542d37667d727488aaa8762bead5e6918eb157df8d8133144ca76bc665d21',
  shared64: '8214b80d1717ef955bf144effe6d3ebabe6fbaf90f68791015732c6416908e6e',
};

/** The same of the binary that hashes. */
export const hashingDigest = '034a283d9a31e0a941b4bd3e9de89714a57d7e3e684681b52981626245e1b8e4';
