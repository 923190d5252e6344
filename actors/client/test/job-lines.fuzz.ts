import { concatBytes, sha256, toHex, utf8 } from '@isobit/core';
import {
  createTextRequest,
  type Job,
  jobErrorKind,
  jobProgressKind,
  networkId,
  openGenesis,
} from '@isobit/receipt';
import { readJobLines } from '../src/job-lines.ts';

const job: Job = {
  isobit: 'job/1',
  request: createTextRequest({
    model: 'bagaaierao7l7a3amddvvd4fmcdd5dqzyvjz3mhnjyz5pthvq62fzdp4tr6ba',
    profile: 'llm-exact-1',
    salt: new Uint8Array(32),
    prompt: { text: 'Once' },
    maxTokens: 4,
  }),
  nonce: toHex(sha256(utf8('nonce'))),
  trace: false,
  network: networkId(openGenesis),
  deadlineMs: 1000,
  progress: true,
  witnesses: 0,
};

const piece = jobProgressKind.encode({
  isobit: 'job-progress/1',
  pieces: [{ choice: 0, tokens: [1], text: ' upon' }],
});
const failed = jobErrorKind.encode({ isobit: 'job-error/1', code: 'JOB_BUSY', message: 'later' });
const NEWLINE = utf8('\n');

/** What a client reads from a node that tells of a text as it comes: coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  lines: {
    run(bytes) {
      const cut = Math.floor(bytes.length / 2);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) controller.enqueue(part);
          controller.close();
        },
      });
      return readJobLines(new Response(body), job, {});
    },
    seeds: () => [
      concatBytes(piece, NEWLINE, piece, NEWLINE, failed, NEWLINE),
      concatBytes(failed, NEWLINE),
      concatBytes(piece, NEWLINE, piece),
    ],
  },
};
