import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '36df0c8a5d0901ee9107d96fa16c7f288564118f094a5d9fcb317ec12dece3ee',
  shared: '1af874531fd663abc735cd7fa00a033b2e481d9b0c0c56618a9c3f81ad825783',
  single64: 'be68ecfb8ec79888ab6eaf85043b871caf7466a9f4ba0665def65e4e1949b4b5',
  shared64: '27f9f34b33770e0637fe22a0d62d56ad5f3db63853011d0724e19e6b9b511b4c',
};
