import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '1bd4d718fdb9f1506f470625b67674690aed5091a157af4faa785f0f3e35ab9c',
  shared: '3a24981d71c7f5041d6204a7e57322b48bd7456072630a478553c285aa2d6935',
  single64: '087ec7e6439a944f6a2bc9b8f7740df27bbb96f4214180a95fbf73b25b02744b',
  shared64: '840afd3505bf4e00ff350d209611a0ca39ff46b1fd43628b9b4c82ef0bff72d2',
};
