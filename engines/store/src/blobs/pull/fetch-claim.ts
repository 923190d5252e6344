import { blockRange } from '@isobit/model';
import { storeError } from '../../errors.ts';
import { BlockSink, type BlockSinkOptions } from './block-sink.ts';
import { createWatchdog } from './watchdog.ts';

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
  { source, root, partial, claim }: FetchClaimOptions,
  sink: BlockSink,
  { signal, heard, finishedBlock }: ReturnType<typeof createWatchdog>,
): Promise<void> {
  const { size } = partial;
  const asked = claim.end;
  const start = blockRange(claim.next, size).start;
  const end = blockRange(asked - 1, size).end;
  // Only a whole answer is read to its end, which is what lets its connection serve the next request.
  const isCut = (): boolean => claim.end < asked && sink.index >= claim.end;

  let buffer = await sink.buffer();
  if (start === end) return sink.put(buffer, 0);
  let filled = 0;
  for await (const chunk of source.range({ root, size, start, end }, signal)) {
    signal.throwIfAborted();
    heard();
    for (let at = 0; at < chunk.length; ) {
      if (isCut()) return;
      if (sink.index >= asked) throw tooMuch(source.name, end - start);
      const { start: first, end: last } = blockRange(sink.index, size);
      const part = chunk.subarray(at, at + last - first - filled);
      buffer.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < last - first) continue;
      sink.put(buffer, filled);
      finishedBlock();
      buffer = await sink.buffer();
      filled = 0;
    }
    if (isCut()) return;
  }
}

const tooMuch = (source: string, asked: number): Error =>
  storeError(
    'SOURCE_PROTOCOL',
    `${source} sent more than the ${asked} bytes that were asked for: it is left`,
    { source },
  );
