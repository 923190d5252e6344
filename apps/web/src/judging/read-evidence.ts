import { createNodeApi, readBody } from '@isobit/client';
import { limits } from '@isobit/core';
import { decodeEvidenceFragment, encodeEvidence } from '@isobit/receipt';
import { pageError } from '../errors.ts';
import { countedSource } from './counted-source.ts';
import { nodeUrl } from './node-url.ts';
import type { EvidenceSource, Progress } from './task.ts';

/**
 * The bytes of evidence, from wherever they come; they may be anything.
 *
 * @throws CodedError `EVIDENCE_TOO_LARGE`, `FILE_UNREADABLE`, `NODE_INVALID`; of the node; `CANONICAL_INVALID` for a broken link
 */
export async function readEvidence(
  source: EvidenceSource,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  switch (source.kind) {
    case 'bytes':
      return checkSize(source.bytes);
    case 'file':
      checkSize({ length: source.file.size });
      try {
        return new Uint8Array(await source.file.arrayBuffer());
      } catch (cause) {
        throw pageError(
          'FILE_UNREADABLE',
          `the file ${source.file.name} can't be read: was it moved? Choose it again`,
          { cause },
        );
      }
    case 'fragment':
      return encodeEvidence(decodeEvidenceFragment(source.text));
    case 'node': {
      const node = countedSource(createNodeApi({ baseUrl: nodeUrl(source.baseUrl) }), onProgress);
      return readBody(await node.request(`/evidence/${source.digest}`), limits.pageEvidenceBytes);
    }
  }
}

function checkSize<T extends { readonly length: number }>(bytes: T): T {
  if (bytes.length <= limits.pageEvidenceBytes) return bytes;
  throw pageError(
    'EVIDENCE_TOO_LARGE',
    `this evidence has ${megabytes(bytes.length)} MB, and a page reads at most ${megabytes(limits.pageEvidenceBytes)}: check it with the command "isobit verify"`,
  );
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1_000_000);
