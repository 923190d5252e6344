import { createSha256, sha256, toHex, utf8 } from '@isobit/core';

/** Digest of a chat template (specs/manifest.md section 6): SHA-256 of its text in UTF-8. 64 hex characters. */
export const chatTemplateDigest = (template: string): string => toHex(sha256(utf8(template)));

/** One member of a GGUF file's metadata. */
export interface MetadataMember {
  readonly key: string;
  /** The member as it lies in the file: length of the key, key, type, value. */
  readonly bytes: Uint8Array;
}

const TOKENIZER = 'tokenizer.ggml.';

/**
 * Digest of a GGUF file's tokenizer (specs/manifest.md section 6): SHA-256 over its members, sorted by key, so that
 * two files that state them in another order share it. The digest of a safetensors model's tokenizer is the SHA-256
 * of its `tokenizer.json`.
 *
 * @param members of the metadata; those that are not the tokenizer's are passed over
 * @returns 64 hex characters, or undefined where there are none
 */
export function ggufTokenizerDigest(members: Iterable<MetadataMember>): string | undefined {
  const own = [...members].filter(({ key }) => key.startsWith(TOKENIZER));
  if (own.length === 0) return undefined;
  const hash = createSha256();
  // By UTF-16 code unit, which for keys in ASCII is by byte.
  for (const { bytes } of own.sort((a, b) => (a.key < b.key ? -1 : 1))) hash.update(bytes);
  return toHex(hash.digest());
}
