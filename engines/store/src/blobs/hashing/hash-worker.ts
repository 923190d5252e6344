import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/*
 * A thread that hashes. It imports nothing but Node's own, so that it starts in a few milliseconds and holds little.
 */

/** What is to be hashed together, in memory that both threads see. */
export interface HashQuestion {
  readonly id: number;
  readonly parts: readonly Uint8Array[];
}

export interface HashAnswer {
  readonly id: number;
  /** SHA-256. */
  readonly digest: Uint8Array;
}

parentPort?.on('message', ({ id, parts }: HashQuestion) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  parentPort?.postMessage({ id, digest: new Uint8Array(hash.digest()) } satisfies HashAnswer);
});
