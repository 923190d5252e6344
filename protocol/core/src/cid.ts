import { CID } from 'multiformats/cid';
import * as multihash from 'multiformats/hashes/digest';
import { sha256 } from './digest.ts';
import { CodedError, type CoreErrorCode } from './errors.ts';
import { printable } from './printable.ts';

/** Multicodec `json` and multihash `sha2-256`: the one form in which a manifest is named. */
const JSON_CODEC = 0x0200;
const SHA2_256 = 0x12;

/** The spelling of every such CID; looked at first, because decoding other bases costs the square of their length. */
const SPELLING = /^b[a-z2-7]{60}$/;

/** Digests of ids that were decoded: a program meets the same few again and again. */
const known = new Map<string, Uint8Array>();
const MOST_KNOWN = 256;

/** CIDv1 (base32, codec json, sha2-256) of a document's canonical bytes. No tag, so that other tools can compute it. */
export const cidOf = (bytes: Uint8Array): string => cidOfDigest(sha256(bytes));

/** The CID whose multihash holds this 32-byte digest. */
export const cidOfDigest = (digest: Uint8Array): string =>
  CID.createV1(JSON_CODEC, multihash.create(SHA2_256, digest)).toString();

/**
 * The 32-byte digest inside a model's id: what a receipt signs.
 *
 * @throws CodedError `CID_INVALID` for other versions, codecs, hashes or spellings
 */
export function digestOfCid(text: string): Uint8Array {
  const seen = known.get(text);
  if (seen) return seen.slice();
  try {
    const cid = SPELLING.test(text) ? CID.parse(text) : undefined;
    // Equal spellings: base32 has spare bits at its end, which this refuses.
    if (cid && cidOfDigest(cid.multihash.digest) === text) {
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(text, cid.multihash.digest);
      return cid.multihash.digest.slice();
    }
  } catch {
    // falls through to the one error
  }
  throw new CodedError<CoreErrorCode>(
    'CID_INVALID',
    `"${printable(text)}" is not a model id (CIDv1, json, sha2-256, base32)`,
  );
}

export function isCid(text: string): boolean {
  // Most of what is asked about is a name: an error with its trace would cost more than all else.
  if (!SPELLING.test(text)) return false;
  try {
    digestOfCid(text);
    return true;
  } catch {
    return false;
  }
}
