import { CodedError, type CoreErrorCode, fromBase64, limits, toBase64 } from '@isobit/core';
import { decodeEvidence, type Evidence, encodeEvidence } from './evidence.ts';

const PREFIX = 'e=';
const TEXT = /^e=[A-Za-z0-9_-]*$/;
const MAX_TEXT = PREFIX.length + Math.ceil((limits.fragmentBytes * 4) / 3);

/**
 * Evidence as what follows `#` in a link to a receipt page (specs/evidence.md section 3): never sent to the server.
 *
 * @returns undefined above `limits.fragmentBytes`: such evidence travels as a file
 */
export function evidenceFragment(evidence: Evidence): string | undefined {
  const bytes = encodeEvidence(evidence);
  if (bytes.length > limits.fragmentBytes) return undefined;
  const text = toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_');
  return PREFIX + text.replace(/=+$/, '');
}

/** Reads what follows `#`. @throws CodedError as `decodeEvidence`, `CANONICAL_INVALID` too for what is no fragment */
export function decodeEvidenceFragment(fragment: string): Evidence {
  if (fragment.length > MAX_TEXT || !TEXT.test(fragment)) throw notFragment();
  const text = fragment.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
  } catch {
    throw notFragment();
  }
  return decodeEvidence(bytes);
}

const notFragment = () =>
  new CodedError<CoreErrorCode>(
    'CANONICAL_INVALID',
    `the link holds no evidence: after # stands e= and at most ${MAX_TEXT - PREFIX.length} characters of base64url; ask for the file`,
  );
