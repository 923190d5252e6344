import { encodeCanonical, sha256, toHex, utf8 } from '@isobit/core';

/** Digest of a chat template (specs/manifest.md section 6): SHA-256 of its text in UTF-8. 64 hex characters. */
export const chatTemplateDigest = (template: string): string => toHex(sha256(utf8(template)));

/** A value of a GGUF file's metadata that is no list: integers of any width are bigints, floats of any are numbers. */
export type GgufScalar = bigint | number | boolean | string;
export type GgufValue = GgufScalar | readonly GgufScalar[];

const TOKENIZER = 'tokenizer.ggml.';

/**
 * Digest of a GGUF file's tokenizer (specs/manifest.md section 6): a function of the values that its metadata states,
 * in whatever order. That of a safetensors model's tokenizer is the SHA-256 of its `tokenizer.json`.
 *
 * @param metadata each key once; members that are not the tokenizer's are passed over
 * @returns 64 hex characters, or undefined where there are none
 * @throws CodedError `CANONICAL_INVALID` for a text with a lone surrogate
 */
export function ggufTokenizerDigest(
  metadata: Iterable<readonly [key: string, value: GgufValue]>,
): string | undefined {
  const own = [...metadata].filter(([key]) => key.startsWith(TOKENIZER));
  if (own.length === 0) return undefined;
  return toHex(sha256(encodeCanonical(Object.fromEntries(own.map(([key, value]) => [key, spelled(value)])))));
}

function spelled(value: GgufValue): unknown {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'number':
      return doubleBits(value);
    case 'object':
      return value.map(spelled);
    default:
      return value;
  }
}

const view = new DataView(new ArrayBuffer(8));

/** Canonical JSON has no floats: their bits in 16 hex digits. A binary32 is exact as a double. */
function doubleBits(value: number): string {
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}
