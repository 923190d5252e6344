import type { OnReadOpts, Socket } from 'node:net';
import type { BlobRange, ByteSink } from '../../pull/source.ts';
import { HEAD_BYTES, headEnd, readRangeHead } from './range-head.ts';

/** One request that is under way. */
interface Exchange {
  readonly range: BlobRange;
  readonly sink: ByteSink;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** Bytes of the head so far, in `#scratch`; undefined once the body has begun. */
  head: number | undefined;
  /** Bytes of the body that are still to come. */
  left: number;
  keepAlive: boolean;
}

/**
 * `read`: the sink has it all, or wanted no more. `unlike`: the head is not the plain one that is read here, and
 * the sink got nothing.
 */
export type Outcome = 'read' | 'unlike';

/**
 * A connection over which ranges come straight into the memory of the blocks that they become: the kernel writes
 * there, nothing is copied, and nothing runs between two reads but a call. A stream of chunks takes five times the
 * processor time.
 */
export class RangeConnection {
  readonly #socket: Socket;
  /** For heads, and for what comes while the sink has no room. */
  readonly #scratch = Buffer.allocUnsafeSlow(HEAD_BYTES);
  #exchange: Exchange | undefined;
  /** Whether the memory that the socket has now is the sink's own. */
  #isDirect = false;
  #isPaused = false;
  #wasHeard = false;

  /** @param connect opens the socket with these options of its `onread` */
  constructor(connect: (onread: OnReadOpts) => Socket) {
    this.#socket = connect({
      buffer: () => this.#memory(),
      callback: (bytes) => this.#received(bytes),
    });
    this.#socket.on('error', (error) => this.abort(error));
    this.#socket.on('close', () => this.abort(new Error('the connection was closed')));
    // With `onread` nothing is buffered, but the end is heard only by who lets it flow.
    this.#socket.resume();
  }

  /** Whether it can take another request. */
  get isUsable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable && !this.#exchange;
  }

  /** Whether a byte of the newest request's answer has come. */
  get wasHeard(): boolean {
    return this.#wasHeard;
  }

  /** Sends a request for a range and reads its answer. Rejects with the socket's error, or what the sink throws. */
  read(request: string, range: BlobRange, sink: ByteSink): Promise<Outcome> {
    this.#wasHeard = false;
    return new Promise((resolve, reject) => {
      const left = range.end - range.start;
      this.#exchange = { range, sink, resolve, reject, head: 0, left, keepAlive: false };
      this.#socket.ref();
      this.#socket.write(request, 'latin1');
    });
  }

  /** Closes it; what is under way is rejected with `reason`. */
  abort(reason: unknown): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#socket.destroy();
    exchange?.reject(reason);
  }

  /** Where the next bytes go. */
  #memory(): Uint8Array {
    const exchange = this.#exchange;
    this.#isDirect = false;
    if (!exchange || this.#isPaused) return this.#scratch;
    if (exchange.head !== undefined) return this.#scratch.subarray(exchange.head);
    this.#isDirect = true;
    return exchange.sink.room();
  }

  /** @returns false to stop reading for now */
  #received(bytes: number): boolean {
    const exchange = this.#exchange;
    if (!exchange) {
      // Nothing was asked, or more came than was.
      this.#socket.destroy();
      return false;
    }
    this.#wasHeard = true;
    this.#guarded(() => {
      if (exchange.head !== undefined) this.#readHead(exchange, exchange.head, exchange.head + bytes);
      else if (this.#isDirect) this.#took(exchange, bytes);
      else this.#deliver(exchange, this.#scratch.subarray(0, Math.min(bytes, exchange.left)));
    });
    return !this.#isPaused;
  }

  #readHead(exchange: Exchange, before: number, filled: number): void {
    const end = headEnd(this.#scratch.subarray(0, filled), before);
    if (end < 0 && filled < HEAD_BYTES) {
      exchange.head = filled;
      return;
    }
    const plain = end < 0 ? undefined : readRangeHead(this.#scratch.subarray(0, end), exchange.range);
    if (!plain) {
      this.#finish(exchange, 'unlike', false);
      return;
    }
    exchange.head = undefined;
    const body = this.#scratch.subarray(end + HEAD_END, filled);
    exchange.keepAlive = plain.keepAlive && body.length <= exchange.left;
    this.#deliver(exchange, body.subarray(0, exchange.left));
  }

  /** Copies bytes that came into the scratch, as far as the sink takes them now. */
  #deliver(exchange: Exchange, bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; ) {
      const room = exchange.sink.room();
      const part = rest.subarray(0, room.length);
      room.set(part);
      rest = rest.subarray(part.length);
      if (!this.#took(exchange, part.length, rest)) return;
    }
  }

  /**
   * Tells the sink, and does as it says.
   *
   * @param rest came already, and is delivered when the sink has had the time that it wants
   * @returns whether to go on now
   */
  #took(exchange: Exchange, bytes: number, rest: Uint8Array = NOTHING): boolean {
    exchange.left -= bytes;
    const more = exchange.sink.took(bytes);
    if (exchange.left === 0) this.#finish(exchange, 'read', exchange.keepAlive);
    else if (more === false) this.#finish(exchange, 'read', false);
    else if (more === true) return true;
    else this.#wait(exchange, more, rest);
    return false;
  }

  #wait(exchange: Exchange, more: Promise<boolean>, rest: Uint8Array): void {
    this.#isPaused = true;
    const goOn = (isWanted: boolean): void => {
      if (this.#exchange !== exchange) return;
      this.#isPaused = false;
      if (!isWanted) {
        this.#finish(exchange, 'read', false);
        return;
      }
      this.#guarded(() => this.#deliver(exchange, rest));
      if (!this.#isPaused) this.#socket.resume();
    };
    more.then(goOn, (error: unknown) => this.abort(error));
  }

  #finish(exchange: Exchange, outcome: Outcome, keepAlive: boolean): void {
    this.#exchange = undefined;
    this.#isPaused = false;
    if (keepAlive) this.#socket.resume().unref();
    else this.#socket.destroy();
    exchange.resolve(outcome);
  }

  /** What a sink throws ends its exchange, not the process: we are called by the socket here. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.abort(error);
    }
  }
}

const HEAD_END = 4;
const NOTHING = new Uint8Array(0);
