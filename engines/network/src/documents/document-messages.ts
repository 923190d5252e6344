import { documentKind, field } from '@isobit/core';
import * as v from 'valibot';
import { networkLimits } from '../limits.ts';

export const DOCUMENT_PROTOCOL = '/isobit/document/1';

/** What a peer is asked for (specs/jobs.md section 7): one manifest by id, or name records by any of their parts. */
export const documentRequestKind = documentKind(
  'document-request/1',
  v.variant('want', [
    v.strictObject({ isobit: v.literal('document-request/1'), want: v.literal('manifest'), id: field.cid }),
    v.strictObject({
      isobit: v.literal('document-request/1'),
      want: v.literal('names'),
      /** Address of the owner's key. */
      owner: v.optional(field.address),
      name: v.optional(field.name),
      version: v.optional(field.name),
    }),
  ]),
);

export type DocumentRequest = ReturnType<typeof documentRequestKind.parse>;

/** At most one manifest, or so many names. Empty where the peer has nothing; each document is judged by itself. */
export const documentReplyKind = documentKind(
  'document-reply/1',
  v.strictObject({
    isobit: v.literal('document-reply/1'),
    documents: v.pipe(v.array(v.unknown()), v.maxLength(networkLimits.names)),
  }),
);

/** Which name records are meant; all of them when empty. */
export interface NameQuery {
  /** Address of the owner's key. */
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}
