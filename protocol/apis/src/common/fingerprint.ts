import { encodeCanonical, taggedDigest, toHex } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { profileByName, profileDigest } from '@isobit/receipt';

const NO_SALT = new Uint8Array(0);
/** 64 bits: enough to see that something changed, and no proof of anything. */
const BYTES = 8;

type Fingerprinted = Pick<Manifest, 'files' | 'tokenizer' | 'chatTemplate'>;

/** By manifest, which never changes, and profile: every answer says it. */
const known = new WeakMap<Fingerprinted, Map<string, string>>();

/**
 * A short digest of what an answer depends on besides its request: weights, tokenizer, template and profile
 * (specs/apis.md section 6), as in `fp_0123456789abcdef`.
 *
 * @throws CodedError `PROFILE_UNKNOWN`
 */
export function systemFingerprint(manifest: Fingerprinted, profile: string): string {
  const ofManifest = known.get(manifest) ?? new Map<string, string>();
  const fingerprint = ofManifest.get(profile) ?? fingerprintOf(manifest, profile);
  known.set(manifest, ofManifest.set(profile, fingerprint));
  return fingerprint;
}

function fingerprintOf({ files, tokenizer, chatTemplate }: Fingerprinted, profile: string): string {
  const parts = {
    files: files.map(({ path, root }) => [path, root]),
    profile: profileDigest(profileByName(profile)),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
  const digest = taggedDigest('isobit/fingerprint/1', NO_SALT, encodeCanonical(parts));
  return `fp_${toHex(digest.subarray(0, BYTES))}`;
}
