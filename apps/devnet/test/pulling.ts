import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { isCoded } from '@isobit/core';
import { createOperator, type NodeProcess, until } from '../src/index.ts';

/** An event of `POST /api/pull` (specs/http.md section 4). */
export interface PullEvent {
  readonly event: 'start' | 'progress' | 'dropped' | 'done' | 'error';
  readonly id?: string;
  readonly bytes?: number;
  readonly size?: number;
  readonly fetched?: number;
  readonly source?: string;
  readonly reason?: string;
  readonly block?: number;
  readonly code?: string;
}

/** Has a node pull a model, and tells what it says meanwhile. */
export async function* pull(node: NodeProcess, ref: string): AsyncGenerator<PullEvent> {
  const body = JSON.stringify({ ref });
  const answer = await createOperator(node).api.request('/api/pull', { method: 'POST', body });
  const lines = createInterface({ input: Readable.fromWeb(answer.body as never) });
  for await (const line of lines) yield JSON.parse(line) as PullEvent;
}

/** Waits until a node knows `count` hosts of a model, itself included. */
export const hostsKnown = (node: NodeProcess, model: string, count: number): Promise<unknown> =>
  until(`${count} hosts of ${model}`, async () => {
    const known = createOperator(node).json<{ hosts: unknown[] }>(`/models/${model}/hosts`);
    const { hosts } = await known.catch((error: unknown) => {
      // It has just joined, and met nobody yet who has the manifest.
      if (isCoded(error, 'MODEL_UNKNOWN')) return { hosts: [] };
      throw error;
    });
    return hosts.length >= count;
  });
