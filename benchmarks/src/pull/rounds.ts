import { mkdir } from 'node:fs/promises';

/** What is timed; it may give what is to be done afterwards, which is not. */
type Timed = () => Promise<unknown>;

/**
 * The life of a puller: for each folder that its parent names, prepare, time the pull, answer in milliseconds.
 * One process serves all rounds, as a node does; so the first of them is cold for every contestant.
 */
export async function eachRound(prepare: (dir: string) => Promise<Timed>): Promise<void> {
  process.on('message', async (dir: string) => {
    await mkdir(dir, { recursive: true });
    const pull = await prepare(dir);
    const started = performance.now();
    const after = await pull();
    const ms = performance.now() - started;
    if (typeof after === 'function') await after();
    process.send?.(ms);
  });
  process.send?.('ready');
  await new Promise((resolve) => process.once('disconnect', resolve));
}
