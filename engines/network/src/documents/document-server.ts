import { limits } from '@isobit/core';
import type { Exchange } from '../host/serve.ts';
import { networkLimits } from '../limits.ts';
import { readDocument } from '../wire/documents.ts';
import { fitting } from '../wire/fitting.ts';
import { within } from '../wire/time.ts';
import { documentReplyKind, documentRequestKind } from './document-messages.ts';
import type { DocumentSource } from './document-source.ts';

/** `{"documents":[],"isobit":"document-reply/1"}` and a little. */
const ENVELOPE_BYTES = 64;

/** Answers what peers ask of this node's documents, within one document's size. */
export const createDocumentServer =
  (source: DocumentSource) =>
  async ({ stream, signal }: Exchange): Promise<void> => {
    const limited = within(networkLimits.askMs, signal);
    const request = await readDocument(stream, documentRequestKind, limits.documentBytes, {
      signal: limited,
      firstMs: networkLimits.firstFrameMs,
    });
    const found =
      request.want === 'manifest' ? [await source.manifest(request.id)] : await source.names(request);
    const held = found.filter((document) => document !== undefined);
    const documents = fitting<unknown>(held, limits.documentBytes - ENVELOPE_BYTES, networkLimits.names);
    await stream.write(documentReplyKind.encode({ isobit: 'document-reply/1', documents }), limited);
  };
