import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: 'fb0c69ed9721c5d2258a3c64ba5c42ca3451044d4c2192bee4cc3cd2c17d9226',
  shared: '227785a3a93664f5b71bb765a387da191ff90a0b4b2fdc0e882457844438db7f',
  single64: '771e9cd69a6d0cf84ecc55e4828f9e957b8aa2bf2a7c06c3cd1bc846ff1bc89e',
  shared64: 'b71a0db8a315a72f6787c827b0d78a81298ab93656ccd7da62c48ddbe280ec6c',
};
