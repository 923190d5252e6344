import { concatBytes, encodeCanonical, taggedDigest, utf8 } from '@isobit/core';
import type { Algorithm, TokenizerDefinition } from './definition.ts';

const TAG = 'isobit/tokenizer/1';
const NO_SALT = new Uint8Array(0);
const ZERO = new Uint8Array(1);

/**
 * What a tokenizer does, in 32 bytes (specs/tokenizer.md section 11). The same for the same definition, whichever
 * file it was read from; `tokenizer` of a manifest names what one file holds.
 */
export const tokenizerDigest = (definition: TokenizerDefinition): Uint8Array =>
  taggedDigest(
    TAG,
    NO_SALT,
    concatBytes(encodeCanonical(head(definition)), ZERO, entries(definition), numbers(definition.algorithm)),
  );

/** Every member but the lists, whose lengths it tells. */
function head(definition: TokenizerDefinition) {
  const { tokens, kinds: _, algorithm, strips, ends, ...members } = definition;
  return {
    ...members,
    algorithm: algorithmHead(algorithm),
    ends: [...ends],
    strips: strips.map((each) => ({ ...each })),
    tokens: tokens.length,
  };
}

function algorithmHead(algorithm: Algorithm) {
  if (algorithm.kind === 'byte-pairs') {
    const { merges, ...members } = algorithm;
    return { ...members, merges: merges.length / 2 };
  }
  if (algorithm.kind === 'word-pieces') return algorithm;
  return { kind: algorithm.kind };
}

/** For each token its kind, the length of its text in UTF-8 and the text. */
function entries({ tokens, kinds }: TokenizerDefinition): Uint8Array {
  const texts = tokens.map(utf8);
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 5 + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [id, text] of texts.entries()) {
    bytes[at] = kinds[id] as number;
    view.setUint32(at + 1, text.length, true);
    bytes.set(text, at + 5);
    at += 5 + text.length;
  }
  return bytes;
}

function numbers(algorithm: Algorithm): Uint8Array {
  if (algorithm.kind === 'word-pieces') return NO_SALT;
  if (algorithm.kind === 'byte-pairs') {
    const view = new DataView(new ArrayBuffer(algorithm.merges.length * 4));
    for (const [i, id] of algorithm.merges.entries()) view.setUint32(i * 4, id, true);
    return new Uint8Array(view.buffer);
  }
  const view = new DataView(new ArrayBuffer(algorithm.scores.length * 8));
  // Zero has one sign.
  for (const [i, score] of algorithm.scores.entries()) view.setFloat64(i * 8, score + 0, true);
  return new Uint8Array(view.buffer);
}
