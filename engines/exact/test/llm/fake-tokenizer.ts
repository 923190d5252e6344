import { utf8 } from '@isobit/core';
import type { Tokenizer } from '../../src/llm/tokenizer/tokenizer.ts';

/**
 * A tokenizer for models of random weights: token 0 ends an answer, the others say their letter, a part of "ü" or of a
 * word. A text becomes the tokens of its letters.
 */
export function fakeTokenizer(vocabulary: number): Tokenizer {
  const said = Array.from({ length: vocabulary }, (_, token) => {
    if (token === 0) return new Uint8Array(0);
    if (token === 1) return Uint8Array.of(0xc3);
    if (token === 2) return Uint8Array.of(0xbc);
    return utf8(String.fromCharCode(0x60 + token));
  });
  return {
    vocabulary,
    ends: new Set([0]),
    encode: (text, { whole, special }) => [
      ...(whole ? [vocabulary - 1] : []),
      ...Array.from(text, (letter) =>
        special && letter === '\0' ? 0 : 3 + (letter.charCodeAt(0) % (vocabulary - 4)),
      ),
    ],
    bytes: (token) => said[token] as Uint8Array,
    control: (token) => token === 0,
    text: (token) => (token === 0 ? '<end>' : `<${token}>`),
  };
}
