import { jobProgressKind, type TextPiece, takePieces } from '@isobit/receipt';
import type { FrameStream } from '../wire/frame-stream.ts';

/**
 * Sends the pieces of a text as the client takes them: what comes while a frame is on its way goes into the next.
 *
 * @param accepting what may have to be said before
 */
export function createTelling(
  stream: Pick<FrameStream, 'write'>,
  accepting: { sent(): Promise<void> },
): { tell(piece: TextPiece): void; sent(): Promise<void> } {
  const waiting: TextPiece[] = [];
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    await accepting.sent();
    while (waiting.length > 0) {
      const pieces = takePieces(waiting);
      await stream.write(jobProgressKind.encode({ isobit: 'job-progress/1', pieces }));
    }
    sending = undefined;
  }

  return {
    tell(piece) {
      waiting.push(piece);
      // In the next turn, so that what comes in this one goes into one frame. A client that is gone is told nothing.
      sending ??= Promise.resolve()
        .then(send)
        .catch(() => {});
    },
    sent: async () => {
      await sending;
    },
  };
}
