import { clientError, type NodeApi } from '@isobit/client';
import { CodedError } from '@isobit/core';
import { type PullEvent, pullEvent, read } from './answers.ts';

/** Longest line of an answer: progress that names hundreds of sources. */
const MAX_LINE = 256 * 1024;

/**
 * Tells a node to pull a model and gives its events as they come, the last one `done`.
 *
 * @throws CodedError of the node where the pull fails, `NODE_PROTOCOL`
 */
export async function* pullEvents(
  api: NodeApi,
  ref: string,
  signal: AbortSignal,
): AsyncGenerator<Exclude<PullEvent, { event: 'error' }>> {
  const path = '/api/pull';
  const response = await api.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ref }),
    signal,
  });
  for await (const line of lines(response, `${api.baseUrl}${path}`)) {
    const event = read(pullEvent, line, `${api.baseUrl}${path}`);
    if (event.event === 'error') throw new CodedError(event.code, event.error);
    yield event;
    if (event.event === 'done') return;
  }
  throw clientError('NODE_PROTOCOL', `${api.baseUrl} ended the pull of ${ref} without a result: try again`);
}

async function* lines(response: Response, from: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (line.length > 0) yield line;
    }
    if (rest.length > MAX_LINE)
      throw clientError('NODE_PROTOCOL', `${from} sent a line of more than ${MAX_LINE} bytes`);
  }
}
