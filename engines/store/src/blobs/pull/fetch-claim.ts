import { blockRange } from '@isobit/model';
import { storeError } from '../../errors.ts';
import { BlockSink, type BlockSinkOptions } from './block-sink.ts';
import { ClaimSink } from './claim-sink.ts';
import { fillSink } from './source.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

export interface FetchClaimOptions extends BlockSinkOptions {
  readonly root: string;
  readonly idleMs: number;
  readonly blockMs: number;
  readonly signal: AbortSignal;
}

/**
 * Fetches the blocks of a claim in one request and keeps each as it is whole. Stops early when the claim shrank,
 * because another connection took its end.
 *
 * @throws CodedError `SOURCE_*`, `ADDRESS_REFUSED`; `StoreFailure`; the reason of a signal that ended it
 */
export async function fetchClaim(options: FetchClaimOptions): Promise<void> {
  const { source, claim, idleMs, blockMs, signal: outer } = options;
  const signals = [outer, claim.abort.signal];
  using watchdog = createWatchdog({ source: source.name, idleMs, blockMs, signals });
  const { signal } = watchdog;
  const sink = new BlockSink(options);
  try {
    await receive(options, sink, watchdog);
    await sink.flush();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await sink.settle();
  }
  if (claim.next < claim.end) {
    const message = `${source.name} ended before block ${claim.next}: it will be asked again`;
    throw storeError('SOURCE_IO', message, { source: source.name });
  }
}

async function receive(
  { source, root, partial, claim, memory }: FetchClaimOptions,
  sink: BlockSink,
  watchdog: Watchdog,
): Promise<void> {
  const { size } = partial;
  const { signal } = watchdog;
  const range = {
    root,
    size,
    start: blockRange(claim.next, size).start,
    end: blockRange(claim.end - 1, size).end,
  };
  if (range.start === range.end) return sink.put(memory.take(), 0);
  using claimed = new ClaimSink({ source: source.name, claim, size, sink, memory, watchdog });
  if (source.into) return await source.into(range, claimed, signal);
  for await (const chunk of source.range(range, signal)) {
    signal.throwIfAborted();
    if (!(await fillSink(claimed, chunk))) return;
  }
}
