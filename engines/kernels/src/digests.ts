import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '0f34fff17d5ae37c7313e326836ccd0644588e36a850ba0b40dc48a70923b287',
  shared: 'e9ecd91282fdcd53efdfcb2b2642e42c1e94b34fb7c2e1375f43c433f9dc8a0f',
  single64: '28dd3c0259d55d9a3165eac5af4756766b05253ab8928ebcdb3785fad9d9eeff',
  shared64: '6d114bd198122614f28afa7cc434e0d5ddf398e239bcb1b4828a79833f32f628',
};
