import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobHandler } from '@isobit/node';
import { type Job, jobAnswerKind, jobKind, jobProgressKind } from '@isobit/receipt';

/**
 * The peer of the gateway's own cost: the same worker, asked for canonical jobs over HTTP and nothing between. It checks
 * neither who asks nor what, and chooses nobody.
 *
 * @returns its URL
 */
export async function serveDirect(handler: JobHandler): Promise<string> {
  const server = createServer((request, response) => {
    answer(handler, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function answer(
  handler: JobHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const job: Job = jobKind.decode(Buffer.concat(chunks));
  const { signal } = new AbortController();
  const { log: _, ...answered } = await handler(job, {
    signal,
    ...(job.progress
      ? {
          onPiece: (piece) =>
            response.write(jobProgressKind.encode({ isobit: 'job-progress/1', pieces: [piece] })),
        }
      : {}),
  });
  response.end(jobAnswerKind.encode(answered));
}
