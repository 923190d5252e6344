import { networkLimits } from '../limits.ts';
import { within } from '../wire/time.ts';

export interface AskOptions<T> {
  /** Addresses, those likely to know first. */
  readonly nodes: readonly string[];
  readonly ask: (node: string, signal: AbortSignal) => Promise<T>;
  /** Judges an answer; true ends the asking. */
  readonly take: (answer: T, node: string) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * Asks several peers at once until one answer is enough or all have been asked. Peers that fail count as having
 * said nothing. @throws the signal's reason
 */
export async function askPeers<T>({ nodes, ask, take, signal }: AskOptions<T>): Promise<void> {
  const enough = new AbortController();
  const left = [...new Set(nodes)].slice(0, networkLimits.askedInAll).values();
  const worker = async (): Promise<void> => {
    for (const node of left) {
      if (enough.signal.aborted || signal?.aborted) return;
      try {
        const answer = await ask(node, within(networkLimits.askMs, signal, enough.signal));
        if (take(answer, node)) enough.abort();
      } catch {
        // unreachable, slow or lying: the others may know
      }
    }
  };
  await Promise.all(Array.from({ length: networkLimits.asked }, worker));
  signal?.throwIfAborted();
}
