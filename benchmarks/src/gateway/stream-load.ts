import { Pool } from 'undici';
import type { LoadOptions } from '../http/load.ts';

export interface StreamLoad {
  readonly perSecond: number;
}

/**
 * Asks for streams again and again for a while, and reads each to its end.
 *
 * @param options.mark text of which each body must have some
 */
export async function measureStreams({
  url,
  body,
  clients,
  ms,
  signal,
  mark,
}: LoadOptions & { readonly mark: string }): Promise<StreamLoad> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  let streams = 0;
  const begin = performance.now();
  const ask = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      const answer = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes(mark))
        throw new Error(`${url} answered ${answer.statusCode} without a word`);
      streams++;
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, ask));
    return { perSecond: (streams / (performance.now() - begin)) * 1000 };
  } finally {
    await pool.close();
  }
}
