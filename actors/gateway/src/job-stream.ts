import { concatBytes } from '@isobit/core';
import { gatherPieces, type JobProgress, jobProgressKind, type TextPiece } from '@isobit/receipt';

/** Lines of a job whose text is told as it comes (specs/http.md section 3). */
export interface JobStream {
  readonly body: ReadableStream<Uint8Array>;
  tell(progress: JobProgress): void;
  /** The last line: the canonical bytes of an answer or an error. */
  end(bytes: Uint8Array): void;
}

const NEWLINE = Uint8Array.of(0x0a);

/**
 * A client that reads slowly gets what came meanwhile in one line.
 *
 * @param onLeave called when nobody reads any more
 */
export function createJobStream(onLeave: () => void): JobStream {
  let waiting: TextPiece[] = [];
  let last: Uint8Array | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isLeft = false;

  const line = (bytes: Uint8Array): void => controller?.enqueue(concatBytes(bytes, NEWLINE));

  /** Gives as much as is wanted now. */
  function give(): void {
    if (!controller || isLeft) return;
    while (waiting.length > 0 && (controller.desiredSize ?? 0) > 0) {
      const { now, later } = gatherPieces(waiting);
      waiting = later;
      line(jobProgressKind.encode({ isobit: 'job-progress/1', pieces: now }));
    }
    if (waiting.length > 0 || !last) return;
    // What is given may be asked for at once, and lead here again.
    const open = controller;
    const end = last;
    last = undefined;
    line(end);
    open.close();
  }

  return {
    body: new ReadableStream({
      start(own) {
        controller = own;
      },
      pull: give,
      cancel() {
        isLeft = true;
        onLeave();
      },
    }),
    tell({ pieces }) {
      waiting.push(...pieces);
      give();
    },
    end(bytes) {
      last = bytes;
      give();
    },
  };
}
