/** Digests of what the known models give. Written by test/llm/known-answer/make-known-answer.ts. */
export const knownAnswer = {
  decoder: 'f19f6075abdc76d791c1959b3ed4f14246e9a0298cac178673a133f70946c7d0',
  encoder: 'e963367a71eef43a8851899165c476295a038e654194607b779e6e441d19fb62',
} as const;
