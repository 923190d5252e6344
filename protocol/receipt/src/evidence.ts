import { decodeJson, documentKind, limits, nested } from '@isobit/core';
import { signedManifestKind } from '@isobit/model';
import * as v from 'valibot';
import { answerMembers } from './answer-members.ts';
import { requestKind } from './request.ts';

/** A receipt with whatever its holder discloses (specs/evidence.md): the file `*.isobit.json`. */
export const evidenceKind = documentKind(
  'evidence/1',
  v.strictObject({
    isobit: v.literal('evidence/1'),
    ...answerMembers,
    request: v.optional(nested(requestKind)),
    manifest: v.optional(nested(signedManifestKind)),
  }),
  limits.evidenceBytes,
);

export type Evidence = ReturnType<typeof evidenceKind.parse>;
export type LogEvidence = NonNullable<Evidence['log']>;

/** Canonical bytes of an evidence file. @throws CodedError `CANONICAL_INVALID` above `limits.evidenceBytes` */
export const encodeEvidence = (evidence: Evidence): Uint8Array => evidenceKind.encode(evidence);

/**
 * Reads an evidence file. White space is allowed, since people reformat JSON; digests are computed over the
 * canonical form of what was read.
 *
 * @throws CodedError `CANONICAL_INVALID`, `DOCUMENT_INVALID`, `DOCUMENT_UNKNOWN_VERSION`
 */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  return evidenceKind.parse(decodeJson(bytes, limits.evidenceBytes));
}
