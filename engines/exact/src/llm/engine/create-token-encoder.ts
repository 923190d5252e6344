import { aborted, exactError, throwIfAborted } from '../../errors.ts';
import { nextEvent } from '../answer/next-event.ts';
import { checkTokens } from '../graph/check-tokens.ts';
import { type EncoderTensors, takeEncoder } from '../graph/encoder-tensors.ts';
import { languageEngine } from '../kernels-engine.ts';
import type { TokenEncoder } from '../token-engine.ts';
import { BLOCK, type Block, BlockPool } from './cache/block-pool.ts';
import type { PlacedMatrix, PlacedVector } from './memory/place-tensors.ts';
import { type EngineOptions, type Graph, openEngine } from './open-engine.ts';
import { tileQueries } from './pass/attention.ts';
import { type EncoderPlan, encoderHeads } from './pass/encoder-pass.ts';
import { writePass } from './pass/write-pass.ts';

type Tensors = EncoderTensors<PlacedMatrix, PlacedVector>;

const blocksOf = ({ tokens }: Pick<Text, 'tokens'>): number => Math.ceil(tokens.length / BLOCK);

const noRoom = (tokens: number) =>
  exactError(
    'RUN_MEMORY',
    `the engine has no memory for a text of ${tokens} tokens: allow it more, or cut the text`,
  );

/** Rows of a pass at least: short texts share passes. */
const PASS_ROWS = 128;

interface Text {
  readonly tokens: readonly number[];
  readonly signal: AbortSignal | undefined;
  resolve(embedding: Float32Array): void;
  reject(error: unknown): void;
}

/**
 * An encoder on the kernels: same bits as the slow reference. Texts that are asked for together share passes.
 *
 * @throws CodedError as `createTokenEngine`
 */
export async function createTokenEncoder(options: Omit<EngineOptions, 'cacheBytes'>): Promise<TokenEncoder> {
  let rows = 0;
  const graph: Graph<Tensors> = {
    take: (maker) => takeEncoder(options.model, maker),
    shape({ description: d, vocabulary }) {
      // Every position sees every other, so a text is computed in one pass.
      rows = Math.max(d.context, options.passRows ?? PASS_ROWS);
      const { heads, groups, headWidth } = encoderHeads(d);
      return {
        rows,
        logitRows: 0,
        width: d.width,
        hidden: d.hidden,
        heads,
        groups,
        headWidth,
        pairs: 0,
        vocabulary,
      };
    },
    layers: ({ layers }) => layers.length,
    tileRows: ({ description }) => tileQueries(encoderHeads(description)),
    plan: (tensors, buffers, slabBytes): EncoderPlan => ({ kind: 'encoder', tensors, buffers, slabBytes }),
  };
  const open = await openEngine(options, graph);
  const { machine, tensors, crew } = open;
  const plan = open.plan as EncoderPlan;
  const { description: d, vocabulary } = tensors;
  const pool = new BlockPool({
    capacity: open.blocks,
    place: () => open.heap.take(open.blockBytes),
    clear: (address) => machine.kernels.clearBlock(address, d.layers, plan.slabBytes),
  });
  const queue: Text[] = [];
  let working = false;
  let broken: unknown;

  /** The texts of the next pass, in the order in which they came. */
  function nextTexts(): Text[] {
    const texts: Text[] = [];
    let left = rows;
    let blocks = pool.capacity;
    while (queue[0] && queue[0].tokens.length <= left && blocksOf(queue[0]) <= blocks) {
      const text = queue.shift() as Text;
      if (text.signal?.aborted) {
        text.reject(aborted('the embedding', text.signal));
        continue;
      }
      left -= text.tokens.length;
      blocks -= blocksOf(text);
      texts.push(text);
    }
    return texts;
  }

  function compute(texts: readonly Text[]): void {
    const held: Block[] = [];
    try {
      const segments = texts.map(({ tokens }) => {
        const blocks = Array.from({ length: blocksOf({ tokens }) }, () => pool.take());
        held.push(...blocks);
        return { tokens, position: 0, blocks };
      });
      writePass(machine, plan.buffers, segments, () => undefined);
      crew.run();
      texts.forEach((text, i) => {
        const at = plan.buffers.y / 4 + i * d.width;
        deliver(text, machine.floats.slice(at, at + d.width));
      });
    } finally {
      pool.release(held);
    }
  }

  async function work(): Promise<void> {
    await nextEvent();
    while (queue.length > 0) {
      const texts = nextTexts();
      try {
        if (texts.length > 0) compute(texts);
      } catch (error) {
        for (const text of texts) text.reject(error);
      }
      await nextEvent();
    }
    working = false;
  }

  return {
    build: languageEngine(open.build),
    vocabulary,
    context: d.context,
    width: d.width,
    async embed(tokens, { signal } = {}) {
      checkTokens(tokens, vocabulary, d.context);
      throwIfAborted(signal, 'the embedding');
      if (broken !== undefined) throw broken;
      if (blocksOf({ tokens }) > pool.capacity) throw noRoom(tokens.length);
      const found = new Promise<Float32Array>((resolve, reject) => {
        queue.push({ tokens, signal, resolve, reject });
      });
      if (!working) {
        working = true;
        void work();
      }
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      broken = exactError('RUNTIME_DISPOSED', 'the encoder was disposed; load the model again');
      for (const text of queue.splice(0)) text.reject(broken);
      open[Symbol.dispose]();
    },
  };
}

function deliver(text: Text, embedding: Float32Array): void {
  if (embedding.every(Number.isFinite)) {
    text.resolve(embedding);
    return;
  }
  text.reject(
    exactError('RUN_NOT_FINITE', 'the embedding has an infinite or NaN value: the model overflows'),
  );
}
