import { utf8 } from '@isobit/core';
import { exactError } from '../../errors.ts';
import { type TokenizerDefinition, tokenKinds } from './definition.ts';

export const invalid = (what: string, details?: Record<string, unknown>) =>
  exactError(
    'TOKENIZER_INVALID',
    `the tokenizer is contradictory: ${what}; convert the model again`,
    details,
  );

export const unsupported = (what: string, details?: Record<string, unknown>) =>
  exactError('TOKENIZER_UNSUPPORTED', `${what}, which profile llm-exact-1 does not describe`, details);

export const tooLarge = (what: string, details?: Record<string, unknown>) =>
  exactError('TOKENIZER_LIMIT', what, details);

const BYTE = /^<0x([0-9A-F]{2})>$/;

/** Ids by what they spell. */
export interface Vocabulary {
  /** Entries that text may become by merging: normal and defined ones. */
  readonly byText: ReadonlyMap<string, number>;
  /** By byte: the token of kind byte that stands for it, or -1. */
  readonly byByte: Int32Array;
  /** Characters of the longest entry of `byText`, in UTF-16 units. */
  readonly longest: number;
}

/** @throws CodedError `TOKENIZER_INVALID` for entries that occur twice, or a token of kind byte that names none */
export function indexVocabulary({ tokens, kinds }: TokenizerDefinition): Vocabulary {
  const all = new Set<string>();
  const byText = new Map<string, number>();
  const byByte = new Int32Array(256).fill(-1);
  let longest = 0;
  for (const [id, text] of tokens.entries()) {
    const kind = kinds[id];
    if (text === '' && kind === tokenKinds.unused) continue;
    if (all.has(text)) throw invalid(`two tokens read ${JSON.stringify(text)}`, { token: id });
    all.add(text);
    if (kind === tokenKinds.byte) byByte[byteOf(text, id)] = id;
    if (kind !== tokenKinds.normal && kind !== tokenKinds.defined) continue;
    byText.set(text, id);
    longest = Math.max(longest, text.length);
  }
  return { byText, byByte, longest };
}

function byteOf(text: string, id: number): number {
  const digits = BYTE.exec(text)?.[1];
  if (digits === undefined) throw invalid(`token ${id} is of kind byte and reads ${JSON.stringify(text)}`);
  return Number.parseInt(digits, 16);
}

/** Bytes of characters that are, or may be some day: others than those of planes 4 to 11, and of no UTF-8. */
const needed = (byte: number): boolean =>
  byte < 0xc0 || (byte > 0xc1 && byte < 0xf5 && byte !== 0xf1 && byte !== 0xf2);

/**
 * A byte that is not needed and has no token gives none, as in published tokenizers.
 *
 * @throws CodedError `TOKENIZER_INVALID` where a byte of an assigned character has no token
 */
export function needBytes(ofByte: (byte: number) => number | undefined): void {
  for (let byte = 0; byte < 256; byte++)
    if (needed(byte) && (ofByte(byte) ?? -1) < 0)
      throw invalid(`no token stands for the byte 0x${byte.toString(16).padStart(2, '0')}`, { byte });
}

/** The token for each byte of a character that has none of its own. */
export function pushBytes(character: string, byByte: Int32Array, out: number[]): void {
  for (const byte of utf8(character)) {
    const token = byByte[byte] as number;
    if (token >= 0) out.push(token);
  }
}
