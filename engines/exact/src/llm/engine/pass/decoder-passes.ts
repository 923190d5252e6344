import type { RopeTable } from '../cache/rope-table.ts';
import type { Machine } from '../memory/machine.ts';
import type { Segment } from '../schedule/job.ts';
import type { Passes } from '../schedule/scheduler.ts';
import type { Crew } from '../threads/crew.ts';
import type { DecoderPlan } from './decoder-pass.ts';
import { writeHeader, writePass } from './write-pass.ts';

/** A row whose logits a job wants. */
interface Output {
  readonly segment: Segment;
  readonly position: number;
}

/** Passes of a decoder: writes them down, lets the crew compute them, hands the logits out piece by piece. */
export function createDecoderPasses(options: {
  readonly machine: Machine;
  readonly plan: DecoderPlan;
  readonly crew: Crew;
  readonly rope: RopeTable;
  readonly rows: number;
  /** Rows whose logits are computed at once. */
  readonly logitRows: number;
}): Passes {
  const { machine, plan, crew, rope, rows, logitRows } = options;
  const { buffers, tensors } = plan;
  const ropeWidth = tensors.description.ropeDimensions;

  function write(segments: readonly Segment[]): Output[] {
    const { floats, integers } = machine;
    const outputs: Output[] = [];
    writePass(
      machine,
      buffers,
      segments.map(({ running: { job, computed, blocks }, count }) => ({
        tokens: job.tokens.slice(computed, computed + count),
        position: computed,
        blocks,
      })),
      (row, position, s) => {
        rope.write(position, floats, buffers.rope / 4 + row * ropeWidth);
        const segment = segments[s] as Segment;
        if (position < segment.running.job.outputFrom) return;
        integers[buffers.outputs / 4 + outputs.length] = row;
        outputs.push({ segment, position });
      },
    );
    return outputs;
  }

  function handOut(outputs: readonly Output[]): void {
    outputs.forEach(({ segment, position }, i) => {
      const { job } = segment.running;
      if (!job.done) job.take(position, buffers.logits + 4 * tensors.vocabulary * i);
    });
  }

  return {
    rows,
    compute(segments) {
      const outputs = write(segments);
      const first = outputs.slice(0, logitRows);
      writeHeader(machine, buffers, { outputCount: first.length });
      crew.run();
      handOut(first);
      for (let from = logitRows; from < outputs.length; from += logitRows) {
        const piece = outputs.slice(from, from + logitRows);
        // What nobody waits for any more, behind a difference, is not computed.
        if (piece.every(({ segment }) => segment.running.job.done)) continue;
        writeHeader(machine, buffers, { layers: 0, outputFrom: from, outputCount: piece.length });
        crew.run();
        handOut(piece);
      }
    },
  };
}
