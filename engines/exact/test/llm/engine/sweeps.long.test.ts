import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type WeightType, weightTypes } from '../../../src/llm/reference/index.ts';
import { decoderFile, type ModelOptions, type ModelSize } from '../random-model.ts';
import { checkedDigests, grownDigests, referenceDigests } from './forced.ts';
import { openDecoder } from './open.ts';

/* What takes minutes: every format with every architecture, every length of a piece, contexts of thousands. */

const WIDE: ModelSize = { width: 256, hidden: 256, heads: 4, groups: 2, headWidth: 64, vocabulary: 72 };

const text = (length: number, vocabulary: number): number[] =>
  Array.from({ length }, (_, i) => (i * i * 31 + i * 7) % vocabulary);

describe('every format, every architecture', () => {
  for (const type of Object.keys(weightTypes) as WeightType[]) {
    for (const architecture of ['llama', 'qwen2', 'qwen3'] as const) {
      test(`${architecture}, ${type}`, async () => {
        const file = decoderFile({ architecture, type, size: WIDE, layers: 2, seed: 9 });
        const tokens = text(70, WIDE.vocabulary);
        const known = referenceDigests(file, tokens);
        for (const threads of [1, 2, 3, 4]) {
          await using engine = await openDecoder(file, { threads, passRows: 16 });
          assert.deepEqual(await checkedDigests(engine, tokens), known);
        }
      });
    }
  }
});

test('every length of a piece, with and without what is kept', async () => {
  const options: ModelOptions = {
    architecture: 'llama',
    type: 'Q8_0',
    metadata: { 'llama.attention.sliding_window': 100 },
  };
  const file = decoderFile(options);
  const tokens = text(150, 48);
  const known = referenceDigests(file, tokens);
  for (let passRows = 1; passRows <= 150; passRows++) {
    await using engine = await openDecoder(file, { passRows });
    assert.deepEqual(await checkedDigests(engine, tokens), known);
    // Now its beginnings are kept.
    for (const prompt of [63, 64, 65, 128, 129, 140])
      assert.deepEqual(await checkedDigests(engine, tokens, prompt), known.slice(prompt - 1));
  }
});

describe('a context of 4,096', () => {
  const options: Record<string, ModelOptions> = {
    llama: { architecture: 'llama', type: 'Q8_0', context: 4_096 },
    'qwen2 with a window of 1,000': {
      architecture: 'qwen2',
      type: 'F16',
      context: 4_096,
      metadata: { 'qwen2.attention.sliding_window': 1_000 },
    },
  };
  for (const [name, each] of Object.entries(options)) {
    test(name, async () => {
      const file = decoderFile(each);
      const tokens = text(4_096, 48);
      const known = referenceDigests(file, tokens.slice(0, -1), 4_000);
      await using engine = await openDecoder(file);
      assert.deepEqual(await checkedDigests(engine, tokens.slice(0, -1), 4_000), known);
      assert.deepEqual(await grownDigests(engine, tokens.slice(0, -1), 4_000), known);
    });
  }
});
