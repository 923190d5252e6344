import { concatBytes, utf8 } from '@isobit/core';
import { type TokenizerDefinition, tokenKinds } from './definition.ts';
import { spelledBytes } from './spelled-bytes.ts';

/** Bytes of every token, one behind the other (specs/tokenizer.md section 8). */
export function createTokenBytes(definition: TokenizerDefinition): (token: number) => Uint8Array {
  const { tokens } = definition;
  const each = tokens.map((text, id) => bytesOf(text, definition.kinds[id] as number, definition));
  const ends = new Uint32Array(tokens.length);
  let end = 0;
  for (const [id, bytes] of each.entries()) {
    end += bytes.length;
    ends[id] = end;
  }
  const all = concatBytes(...each);
  return (token) => {
    if (!Number.isInteger(token) || token < 0 || token >= tokens.length)
      throw new RangeError(`no token ${token} in a vocabulary of ${tokens.length}`);
    return all.subarray(token === 0 ? 0 : ends[token - 1], ends[token]);
  };
}

const NOTHING = new Uint8Array(0);

function bytesOf(text: string, kind: number, { algorithm, markSpaces }: TokenizerDefinition): Uint8Array {
  if (kind === tokenKinds.byte) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
  if (kind === tokenKinds.defined) return utf8(text);
  if (kind !== tokenKinds.normal) return NOTHING;
  if (algorithm.kind === 'byte-pairs' && algorithm.spelling === 'bytes')
    return spelledBytes(text) ?? utf8(text);
  const spaced = markSpaces || algorithm.kind === 'word-pieces';
  return utf8(spaced ? text.replaceAll('\u2581', ' ') : text);
}
