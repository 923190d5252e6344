import { type JobProgress, type TextPiece, takePieces } from '@isobit/receipt';

/** A body that tells of a text as it comes, and then of its end. */
export interface PieceStream {
  readonly body: ReadableStream<Uint8Array>;
  tell(progress: JobProgress): void;
  /** @param make the last bytes, asked for when everything that was told has been given */
  end(make: () => Uint8Array): void;
}

export interface PieceStreamOptions {
  /** What stands before all; nothing when absent. */
  readonly begin?: () => Uint8Array;
  /** Bytes of some pieces; may be none. */
  write(pieces: readonly TextPiece[]): Uint8Array;
  /** The last bytes where `write` or the end's `make` throws. */
  fail(error: unknown): Uint8Array;
  /** A sign of life, given where nothing else came for so many milliseconds and somebody waits for it. */
  readonly idle?: { readonly bytes: Uint8Array; readonly ms: number };
  /** Told of all bytes of the body, in order. */
  onGiven?(bytes: Uint8Array): void;
  /** Called once the body has all its bytes; never where nobody waited for them. */
  onEnd?(): void;
  /** Called when nobody reads any more, or nobody should. */
  onLeave(): void;
}

/** A client that reads slowly gets what came meanwhile at once: what waits is never more than the answer. */
export function createPieceStream({
  begin,
  write,
  fail,
  idle,
  onGiven,
  onEnd,
  onLeave,
}: PieceStreamOptions): PieceStream {
  let waiting: TextPiece[] = [];
  let last: (() => Uint8Array) | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isOver = false;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const enqueue = (bytes: Uint8Array | undefined): void => {
    if (!bytes || bytes.length === 0) return;
    onGiven?.(bytes);
    controller?.enqueue(bytes);
    watch();
  };

  /** Counts the silence from now on. */
  function watch(): void {
    clearTimeout(silence);
    if (!idle || isOver) return;
    silence = setTimeout(() => {
      // What a slow reader has not taken is sign enough.
      if ((controller?.desiredSize ?? 0) > 0) {
        onGiven?.(idle.bytes);
        controller?.enqueue(idle.bytes);
      }
      watch();
    }, idle.ms);
    // A stream that nobody closes keeps no process alive.
    silence.unref?.();
  }

  /** Gives as much as is wanted now. */
  function give(): void {
    if (!controller || isOver) return;
    try {
      while (waiting.length > 0 && (controller.desiredSize ?? 0) > 0) {
        enqueue(write(takePieces(waiting)));
      }
      if (waiting.length > 0 || !last) return;
      // What is given may be asked for at once, and lead here again.
      const make = last;
      last = undefined;
      close(make());
    } catch (error) {
      close(fail(error));
      onLeave();
    }
  }

  function close(bytes: Uint8Array): void {
    isOver = true;
    clearTimeout(silence);
    waiting = [];
    enqueue(bytes);
    onEnd?.();
    controller?.close();
  }

  return {
    body: new ReadableStream({
      start(own) {
        controller = own;
        watch();
        enqueue(begin?.());
      },
      pull: give,
      cancel() {
        isOver = true;
        clearTimeout(silence);
        onLeave();
      },
    }),
    tell({ pieces }) {
      if (isOver) return;
      waiting.push(...pieces);
      give();
    },
    end(make) {
      last = make;
      give();
    },
  };
}
