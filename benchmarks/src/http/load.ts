import { Pool } from 'undici';
import { median } from '../figure.ts';

export interface LoadOptions {
  readonly url: string;
  readonly body: Uint8Array;
  /** Requests under way at once, each on a connection of its own. */
  readonly clients: number;
  readonly ms: number;
  readonly signal: AbortSignal;
  /** Text of which each answer must have some. */
  readonly mark?: string;
}

export interface Load {
  readonly perSecond: number;
  readonly medianMs: number;
}

/** Asks again and again for a while. Every answer is read whole; one that is no success ends the run. */
export async function measure({ url, body, clients, ms, signal, mark = '' }: LoadOptions): Promise<Load> {
  const { origin, pathname } = new URL(url);
  await using pool = disposable(new Pool(origin, { connections: clients, pipelining: 1 }));
  const times: number[] = [];
  const begin = performance.now();
  const ask = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      const start = performance.now();
      const answer = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes(mark))
        throw new Error(`${url} answered ${answer.statusCode}: ${text}`);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, ask));
  return { perSecond: (times.length / (performance.now() - begin)) * 1000, medianMs: median(times) };
}

const disposable = (pool: Pool): Pool & AsyncDisposable =>
  Object.assign(pool, { [Symbol.asyncDispose]: () => pool.close() });
