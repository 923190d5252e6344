import { isCoded } from '@isobit/core';
import type { Stream } from '@libp2p/interface';
import { networkError, reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { ByteQueue } from './byte-queue.ts';
import { FRAME_HEAD, frameHead, frameLength } from './frame.ts';
import { untilLate } from './time.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Time for the frame's first byte; without it only the signal ends the wait. */
  readonly firstMs?: number;
  /** Sets memory for a long frame aside until the caller lets go of it; gives undefined when there is none. */
  readonly budget?: (bytes: number) => (() => void) | undefined;
}

/** A received frame. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Gives the frame's memory back to the budget. */
  release(): void;
}

const nothing = (): void => {};

/**
 * Frames over one libp2p stream, both ways, with back-pressure: what is not read stops the sender, and what the
 * peer does not take stops the writer. After an error of the peer's the stream is reset and of no more use.
 */
export class FrameStream implements AsyncDisposable {
  readonly #stream: Stream;
  readonly #queue = new ByteQueue();
  #ended = false;
  #failure: Error | undefined;
  /** Settles when anything changes: bytes, an end, an error. */
  #change = Promise.withResolvers<void>();

  constructor(stream: Stream) {
    this.#stream = stream;
    // A peer may have a whole window in flight when it is told to pause.
    stream.maxReadBufferLength = 2 * networkLimits.windowBytes + networkLimits.readAheadBytes;
    stream.addEventListener('message', ({ data }) => {
      for (const chunk of data instanceof Uint8Array ? [data] : data) this.#queue.push(chunk);
      if (this.#queue.length >= networkLimits.readAheadBytes) this.#quietly(() => stream.pause());
      this.#changed();
    });
    stream.addEventListener('end', () => this.#end());
    stream.addEventListener('close', (event) => {
      // What came before a reset is still read: it may be the reason for it.
      this.#quietly(() => stream.resume());
      this.#end(event.error);
    });
    if (stream.readableEnded) this.#end();
  }

  /** Aborts when the stream ends in an error; a peer that only closes its sending half is not gone. */
  onGone(gone: (reason: Error) => void): void {
    if (this.#failure) gone(this.#failure);
    else this.#stream.addEventListener('close', (event) => event.error && gone(event.error));
  }

  /**
   * The next frame, or undefined when the peer has closed its sending half between two frames. An abort ends
   * the wait and leaves the stream as it is.
   *
   * @throws CodedError `FRAME_TOO_LONG`, `MEMORY_BUSY`, `PEER_RESET`, `PEER_STALLED`; or the signal's reason
   */
  async read(maxBytes: number, { signal, ...options }: ReadOptions = {}): Promise<Frame | undefined> {
    try {
      return await this.#readFrame(maxBytes, signal, options);
    } catch (error) {
      // Memory that is short for now leaves the stream usable, so that the peer can be told; and who stops reading
      // may still be writing.
      if (!isCoded(error, 'MEMORY_BUSY') && !signal?.aborted) this.abort(error);
      throw error;
    }
  }

  async #readFrame(
    maxBytes: number,
    signal: AbortSignal | undefined,
    { firstMs, budget }: ReadOptions,
  ): Promise<Frame | undefined> {
    if (!(await this.#some(1, signal, firstMs))) return undefined;
    const head = await this.#exactly(FRAME_HEAD, signal, performance.now() + networkLimits.stallMs);
    const length = frameLength(head, maxBytes);
    const counted = budget !== undefined && length > networkLimits.smallFrameBytes;
    const release = counted ? budget(length) : nothing;
    if (!release)
      throw networkError(
        'MEMORY_BUSY',
        `a frame of ${length} bytes does not fit into memory now: try again shortly`,
        { length },
      );
    try {
      const slowest =
        performance.now() + networkLimits.stallMs + (length / networkLimits.slowestRate) * 1_000;
      return { bytes: await this.#exactly(length, signal, slowest), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #exactly(length: number, signal: AbortSignal | undefined, deadline: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (true) {
      filled += this.#queue.take(bytes.subarray(filled));
      if (this.#queue.length < networkLimits.readAheadBytes) this.#quietly(() => this.#stream.resume());
      if (filled === length) return bytes;
      const left = Math.min(networkLimits.stallMs, deadline - performance.now());
      if (!(await this.#some(1, signal, left))) {
        throw networkError(
          'PEER_RESET',
          `the peer ended the stream after ${filled} of ${length} bytes of a frame`,
        );
      }
    }
  }

  /** Waits until `bytes` bytes are there. @returns false when the stream ends first */
  async #some(
    bytes: number,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
  ): Promise<boolean> {
    while (this.#queue.length < bytes) {
      if (this.#failure)
        throw networkError(
          'PEER_RESET',
          `the peer reset the stream: ${this.#failure.message}`,
          {},
          this.#failure,
        );
      if (this.#ended) return false;
      await this.#wait(this.#change.promise, 'sent', signal, timeoutMs);
    }
    return true;
  }

  /**
   * Sends one frame; resolves when the stream has taken it all.
   *
   * @throws CodedError `PEER_RESET`, `PEER_STALLED`; or the signal's reason
   */
  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.writeRaw(frameHead(bytes.length), signal);
    await this.writeRaw(bytes, signal);
  }

  /** As `write`, without a head: for protocols whose frame announces raw bytes. */
  async writeRaw(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; at += networkLimits.chunkBytes) {
        signal?.throwIfAborted();
        if (this.#failure) throw this.#failure;
        this.#stream.send(bytes.subarray(at, at + networkLimits.chunkBytes));
        await this.#drained(signal);
      }
    } catch (error) {
      this.abort(error);
      if (isCoded(error) || signal?.aborted) throw error;
      throw networkError('PEER_RESET', `the peer takes no more bytes: ${reasonOf(error)}`, {}, error);
    }
  }

  async #drained(signal: AbortSignal | undefined): Promise<void> {
    const stream = this.#stream;
    while (
      stream.status === 'open' &&
      (stream.writableNeedsDrain || stream.writeBufferLength > networkLimits.chunkBytes)
    ) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const events = ['drain', 'idle', 'close'] as const;
      for (const event of events) stream.addEventListener(event, () => resolve(), { once: true });
      await this.#wait(promise, 'took', signal, networkLimits.stallMs);
    }
  }

  /** Raw bytes as they come, until `length` of them or the end of the stream. @throws as `read` */
  async *readRaw(length: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      const piece = await this.#piece(Math.min(left, networkLimits.readAheadBytes), signal);
      left -= piece.length;
      yield piece;
    }
  }

  async #piece(most: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    try {
      await this.#some(1, signal, networkLimits.stallMs);
      return await this.#exactly(
        Math.max(1, Math.min(most, this.#queue.length)),
        signal,
        performance.now() + networkLimits.stallMs,
      );
    } catch (error) {
      this.abort(error);
      throw error;
    }
  }

  #wait(
    change: Promise<void>,
    what: 'sent' | 'took',
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
  ): Promise<void> {
    const stalled = () =>
      networkError('PEER_STALLED', `the peer ${what} no byte for ${Math.round(timeoutMs ?? 0)} ms`);
    return untilLate(change, { signal, timeoutMs, late: stalled });
  }

  /** Says that nothing more will be sent and gives what was sent time to leave; resets a stream that stays stuck. */
  async close(): Promise<void> {
    try {
      await this.#stream.close({ signal: AbortSignal.timeout(networkLimits.stallMs) });
    } catch (error) {
      this.abort(error);
    }
  }

  /**
   * Closes after a reply: waits a moment for the peer to close too, ignoring what it still sends, since a reset that
   * overtakes its reading would take the reply away.
   */
  async linger(): Promise<void> {
    await this.close();
    const until = AbortSignal.timeout(networkLimits.lingerMs);
    try {
      while (!this.#ended) {
        this.#queue.clear();
        this.#quietly(() => this.#stream.resume());
        await this.#wait(this.#change.promise, 'sent', until, undefined);
      }
    } catch {
      this.abort(new Error('the exchange is over'));
    }
  }

  /** Closes both halves: for the side that has read all it wants. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    if (!this.#ended) this.abort(new Error('the exchange is over'));
  }

  abort(reason: unknown): void {
    this.#stream.abort(reason instanceof Error ? reason : new Error(String(reason)));
  }

  #end(error?: Error): void {
    this.#ended = true;
    this.#failure ??= error;
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** libp2p throws from pause and resume when the stream has just closed; the close event tells the rest. */
  #quietly(action: () => void): void {
    try {
      action();
    } catch {
      // the close event follows
    }
  }
}
