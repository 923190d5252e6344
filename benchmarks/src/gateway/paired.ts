import { Pool } from 'undici';
import { median } from '../figure.ts';
import type { Place } from './places.ts';

export interface PairedOptions {
  /** What is asked in turns: each client asks the first, then the second, and again. */
  readonly places: readonly [Place, Place];
  readonly stream: boolean;
  readonly clients: number;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/**
 * Median times of two places that are asked in turns, so that both see the same machine and the same load: to the whole
 * answer, of a stream to its first word. Milliseconds.
 */
export async function measurePaired({
  places,
  stream,
  clients,
  ms,
  signal,
}: PairedOptions): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  const pools = places.map(
    ({ url }) => new Pool(new URL(url).origin, { connections: clients, pipelining: 1 }),
  );
  const begin = performance.now();
  const ask = async (at: 0 | 1): Promise<void> => {
    const { url, ...bodies } = places[at];
    const start = performance.now();
    const answer = await (pools[at] as Pool).request({
      path: new URL(url).pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: stream ? bodies.stream : bodies.plain,
      signal,
    });
    let first: number | undefined;
    for await (const chunk of answer.body)
      if (first === undefined && (chunk as Buffer).includes(WORD)) first = performance.now();
    if (answer.statusCode !== 200 || first === undefined)
      throw new Error(`${url} answered ${answer.statusCode} without a word`);
    times[at].push((stream ? first : performance.now()) - start);
  };
  const client = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      await ask(0);
      await ask(1);
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
    return [median(times[0]), median(times[1])];
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

/** In every answer of a stub, and in nothing around it. */
export const WORD = ' word';
