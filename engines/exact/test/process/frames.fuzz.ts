import { utf8 } from '@isobit/core';
import { createFrameReader, type Frame } from '../../src/process/frames.ts';
import { type EngineReply, openRunReply, packTensors } from '../../src/process/messages.ts';
import { fp32 } from '../models.ts';

/** What a node reads from a process that a stranger's model may have taken over. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  /** The two errors that end the process are the reader's own; the caller turns them into a code. */
  frames: {
    run(bytes) {
      const frames: Frame[] = [];
      try {
        createFrameReader({ maxBytes: 1_000_000, onFrame: (frame) => frames.push(frame) })(bytes);
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      }
      return frames.length;
    },
    seeds: () => [Uint8Array.of(2, 0, 0, 0, 1, 0, 0, 0, 0x7b, 0x7d, 9)],
  },
  runReply: {
    run(bytes) {
      const at = bytes.indexOf(0x0a);
      const text = new TextDecoder().decode(bytes.subarray(0, at));
      let reply: unknown;
      try {
        reply = JSON.parse(text);
      } catch {
        return undefined;
      }
      return openRunReply(reply as EngineReply, bytes.slice(at + 1), ['y']);
    },
    seeds() {
      const { headers, parts } = packTensors([fp32('y', [2], [1, 2])]);
      return [
        Uint8Array.from([
          ...utf8(`${JSON.stringify({ id: 1, outputs: headers })}\n`),
          ...parts.flatMap((part) => [...part]),
        ]),
      ];
    },
  },
};
