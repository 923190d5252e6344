/*
 * Messages between a node and the processes that run its models: 4 bytes length of a JSON header, 4 bytes length
 * of a body, both little-endian, then header and body. Measured against Node's own channel ('advanced'
 * serialization) on 2 cores: 0.028 against 0.032 ms for 3 KB there and back, 23 against 28 ms for 10 MB; and the
 * node parses nothing but JSON and lengths from a process that a stranger's model may have taken over.
 */

const PREFIX = 8;
/** Bodies below this are copied into one write. */
const SMALL = 64 * 1024;
/** Tensors start at multiples of this in a body, so that they are used in place. */
const ALIGNMENT = 8;

export interface Frame {
  readonly header: unknown;
  readonly body: Uint8Array;
}

/** What of a stream is used to send. */
export interface FrameSink {
  write(chunk: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
}

/** Sends one message; `parts` together are the body. */
export function writeFrame(sink: FrameSink, header: unknown, parts: readonly Uint8Array[] = []): void {
  const text = Buffer.from(JSON.stringify(header));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const prefix = Buffer.allocUnsafe(PREFIX);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(length, 4);
  if (length < SMALL) {
    sink.write(Buffer.concat([prefix, text, ...parts]));
    return;
  }
  sink.cork();
  for (const chunk of [prefix, text, ...parts]) if (chunk.length > 0) sink.write(chunk);
  sink.uncork();
}

export interface FrameReaderOptions {
  /** Longest header and longest body taken, in bytes. */
  readonly maxBytes: number;
  onFrame(frame: Frame): void;
}

/**
 * Collects chunks into messages.
 *
 * @returns a function that takes each chunk; it throws `RangeError` for a length above the limit and `SyntaxError`
 * for a header that is no JSON, after which the stream is of no use
 */
export function createFrameReader({ maxBytes, onFrame }: FrameReaderOptions): (chunk: Uint8Array) => void {
  let prefix = new Uint8Array(PREFIX);
  let filling: Uint8Array = prefix;
  let filled = 0;
  let header: Uint8Array | undefined;
  let bodyLength = 0;

  const next = (target: Uint8Array): void => {
    filling = target;
    filled = 0;
  };
  const advance = (): void => {
    if (filling === prefix) {
      const view = new DataView(prefix.buffer);
      const headerLength = view.getUint32(0, true);
      bodyLength = view.getUint32(4, true);
      if (headerLength > maxBytes || bodyLength > maxBytes) {
        throw new RangeError(
          `a message of ${headerLength} and ${bodyLength} bytes, at most ${maxBytes} are taken`,
        );
      }
      header = undefined;
      next(new Uint8Array(headerLength));
    } else if (header === undefined) {
      header = filling;
      next(new Uint8Array(bodyLength));
    } else {
      const frame = { header: JSON.parse(Buffer.from(header.buffer).toString()) as unknown, body: filling };
      prefix = new Uint8Array(PREFIX);
      next(prefix);
      onFrame(frame);
    }
  };
  return (chunk) => {
    for (let at = 0; at < chunk.length || filled === filling.length; ) {
      if (filled === filling.length) {
        advance();
        continue;
      }
      const taken = Math.min(chunk.length - at, filling.length - filled);
      filling.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  };
}

/** Bytes from the end of a value to where the next one may start. */
export const padding = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
