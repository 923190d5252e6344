import { throwIfAborted } from '../../errors.ts';
import { type Answer, createAnswer } from '../answer/answer.ts';
import { checkDivisors, type DecoderTensors, takeDecoder } from '../graph/decoder-tensors.ts';
import { languageEngine } from '../kernels-engine.ts';
import type { TokenEngine, TokenRequest } from '../token-engine.ts';
import { BlockPool } from './cache/block-pool.ts';
import { createRopeTable } from './cache/rope-table.ts';
import type { PlacedMatrix, PlacedVector } from './memory/place-tensors.ts';
import { type EngineOptions, type Graph, type OpenEngine, openEngine } from './open-engine.ts';
import { tileQueries } from './pass/attention.ts';
import type { DecoderPlan } from './pass/decoder-pass.ts';
import { createDecoderPasses } from './pass/decoder-passes.ts';
import { createSampler, placeSampler, type SamplerBuffers } from './sampling/sampler.ts';
import { Checking } from './schedule/checking.ts';
import { Generation } from './schedule/generation.ts';
import { Scheduler } from './schedule/scheduler.ts';

type Tensors = DecoderTensors<PlacedMatrix, PlacedVector>;

/** Rows of a pass: a prompt's weights are read once for so many tokens, and a caller that aborts waits for one pass. */
const PASS_ROWS = 64;
/** Bytes of logits that are computed at once. */
const LOGIT_BYTES = 8 * 1024 * 1024;

const logitRows = (vocabulary: number, rows: number): number =>
  Math.min(rows, Math.max(1, Math.floor(LOGIT_BYTES / (4 * vocabulary))));

/**
 * A decoder on the kernels (specs/profile-llm-exact-1.md): same bits as the slow reference, for any number of threads,
 * whoever else is in a pass.
 *
 * @throws CodedError of `ExactErrorCode`: `MODEL_*`, `RUN_MEMORY`, `ENGINE_UNAVAILABLE`, `RUN_ABORTED`; of the source
 */
export async function createTokenEngine(options: EngineOptions): Promise<TokenEngine> {
  const rows = options.passRows ?? PASS_ROWS;
  let sampling: SamplerBuffers | undefined;
  const graph: Graph<Tensors> = {
    take: (maker) => takeDecoder(options.model, maker),
    shape: ({ description: d, vocabulary }) => ({
      rows,
      logitRows: logitRows(vocabulary, rows),
      width: d.width,
      hidden: d.hidden,
      heads: d.heads,
      groups: d.groups,
      headWidth: d.headWidth,
      pairs: d.ropeDimensions / 2,
      vocabulary,
    }),
    layers: ({ layers }) => layers.length,
    tileRows: ({ description: d }) => tileQueries(d) * (d.heads / d.groups),
    place(layout, { kernels }, { vocabulary }) {
      sampling = placeSampler(layout, vocabulary, kernels.cutScratch());
    },
    plan: (tensors, buffers, slabBytes): DecoderPlan => ({ kind: 'decoder', tensors, buffers, slabBytes }),
  };
  const open = await openEngine(options, graph);
  const { machine, tensors, plan, crew } = open;
  const { description: d, vocabulary } = tensors;
  try {
    const divisors =
      tensors.divisors === undefined
        ? undefined
        : machine.floats.slice(tensors.divisors / 4, tensors.divisors / 4 + d.ropeDimensions / 2);
    checkDivisors(divisors);
    const pool = new BlockPool({
      capacity: open.blocks,
      place: () => open.heap.take(open.blockBytes),
      clear: (address) => machine.kernels.clearBlock(address, d.layers, (plan as DecoderPlan).slabBytes),
    });
    const passes = createDecoderPasses({
      machine,
      plan: plan as DecoderPlan,
      crew,
      rope: createRopeTable(d, divisors),
      rows,
      logitRows: logitRows(vocabulary, rows),
    });
    const draw = createSampler(machine, sampling as SamplerBuffers, vocabulary);
    return tokenEngine(new Scheduler(passes, pool), open, { vocabulary, context: d.context }, (request) =>
      createAnswer(request, { vocabulary, context: d.context }, draw),
    );
  } catch (error) {
    open[Symbol.dispose]();
    throw error;
  }
}

function tokenEngine(
  scheduler: Scheduler,
  open: Pick<OpenEngine<Tensors>, 'build' | typeof Symbol.dispose>,
  size: { readonly vocabulary: number; readonly context: number },
  answerTo: (request: TokenRequest) => Answer<number>,
): TokenEngine {
  return {
    ...size,
    build: languageEngine(open.build),
    async *generate(request, { signal } = {}) {
      const answer = answerTo(request);
      throwIfAborted(signal, 'the generation');
      if (answer.ended) return;
      const generation = new Generation(answer, signal, () => scheduler.wake());
      scheduler.submit(generation);
      try {
        for (let step = await generation.next(); step; step = await generation.next()) yield step;
      } finally {
        generation.leave();
      }
    },
    async check(request, claims, { signal } = {}) {
      const checking = new Checking(answerTo(request), claims, size.vocabulary, signal);
      throwIfAborted(signal, 'the check');
      if (!checking.done) scheduler.submit(checking);
      return checking.result;
    },
    [Symbol.asyncDispose]: async () => {
      scheduler[Symbol.dispose]();
      open[Symbol.dispose]();
    },
  };
}
