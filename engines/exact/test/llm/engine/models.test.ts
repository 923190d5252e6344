import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded, toHex } from '@isobit/core';
import { vectors } from '@isobit/testing';
import { logitsDigest } from '../../../src/llm/answer/logits-digest.ts';
import type { WeightType } from '../../../src/llm/reference/index.ts';
import { weightTypes } from '../../../src/llm/reference/index.ts';
import { decoderFile, type ModelOptions, type ModelSize } from '../random-model.ts';
import { collect } from '../token-engine-suite.ts';
import { floats, hex32, modelOf, parametersOf, type Vector } from '../vectors.ts';
import { checkedDigests, grownDigests, referenceDigests, salt } from './forced.ts';
import { openDecoder, openEncoder } from './open.ts';

/** Rows of 256, for the types that have blocks of 256. */
const WIDE: ModelSize = { width: 256, hidden: 256, heads: 4, groups: 2, headWidth: 64, vocabulary: 72 };
/** Nothing here is a multiple of eight but what has to be. */
const ODD: ModelSize = { width: 96, hidden: 160, heads: 16, groups: 16, headWidth: 6, vocabulary: 101 };

const tokens = [1, 5, 47, 0, 5, 33, 2, 2, 9, 40, 13, 7];
const architectures = ['llama', 'qwen2', 'qwen3'] as const;
const types = Object.keys(weightTypes) as WeightType[];

async function equal(options: ModelOptions): Promise<void> {
  const file = decoderFile(options);
  const known = referenceDigests(file, tokens);
  await using engine = await openDecoder(file, { passRows: 5 });
  assert.deepEqual(await checkedDigests(engine, tokens), known);
  assert.deepEqual(await grownDigests(engine, tokens), known);
  assert.deepEqual(await checkedDigests(engine, tokens, 7), known.slice(6));
}

describe('the logits of the slow reference, bit for bit', () => {
  types.forEach((type, i) => {
    const architecture = architectures[i % 3] as ModelOptions['architecture'];
    test(`${architecture}, ${type}`, () => equal({ architecture, type, size: WIDE, seed: i }));
  });

  const mixed = (name: string): WeightType =>
    ['Q4_K', 'Q6_K', 'F32', 'Q8_0', 'BF16', 'Q5_1'][name.length % 6] as WeightType;
  const others: Record<string, ModelOptions> = {
    'types mixed in one layer': { architecture: 'llama', type: mixed, size: WIDE, layers: 2 },
    'a head of six values': { architecture: 'qwen2', type: 'F16', size: ODD, layers: 2 },
    'one embedding for both ends': { architecture: 'qwen3', type: 'Q8_0', tied: true, layers: 2 },
    'a window, caps, linear RoPE, divisors': {
      architecture: 'llama',
      type: 'Q4_0',
      divisors: Float32Array.of(1, 1, 4, 8),
      metadata: {
        'llama.attention.sliding_window': 3,
        'llama.attn_logit_softcapping': { float: 20 },
        'llama.final_logit_softcapping': { float: 10 },
        'llama.rope.scaling.type': 'linear',
        'llama.rope.scaling.factor': { float: 2 },
      },
    },
    'RoPE of some values of a head': {
      architecture: 'qwen2',
      type: 'Q8_0',
      metadata: { 'qwen2.rope.dimension_count': 6 },
    },
    'keys and values beyond what halves hold': { architecture: 'llama', type: 'F32', scale: 3_000 },
  };
  for (const [name, options] of Object.entries(others)) test(name, () => equal(options));
});

describe('vectors', () => {
  const { valid, invalid } = vectors<Vector>('profile-llm-exact-1');
  for (const { name, value } of valid) {
    if (value.kind === 'decoder') {
      test(name, async () => {
        await using engine = await openDecoder(await modelOf(value));
        const { logits } = value.expected as { logits: string[] };
        assert.deepEqual(
          await checkedDigests(engine, value['tokens'] as number[]),
          logits.map((values) => toHex(logitsDigest(floats(values), salt))),
        );
      });
    } else if (value.kind === 'encoder') {
      test(name, async () => {
        await using encoder = await openEncoder(await modelOf(value));
        assert.deepEqual(
          { embedding: hex32(await encoder.embed(value['tokens'] as number[])) },
          value.expected,
        );
      });
    } else if (value.kind === 'generate') {
      test(name, async () => {
        await using engine = await openDecoder(await modelOf(value));
        const steps = await collect(
          engine.generate({
            prompt: value['prompt'] as number[],
            parameters: parametersOf(value['parameters']),
            most: value['most'] as number,
          }),
        );
        assert.deepEqual({ tokens: steps.map(({ token }) => token) }, value.expected);
      });
    }
  }

  for (const { name, value } of invalid) {
    if (value.kind !== 'decoder' && value.kind !== 'encoder') continue;
    test(`refused, ${name}`, async () => {
      const run = async (): Promise<unknown> => {
        const prompt = value['tokens'] as number[];
        if (value.kind === 'encoder') {
          await using encoder = await openEncoder(await modelOf(value));
          return encoder.embed(prompt);
        }
        await using engine = await openDecoder(await modelOf(value));
        return collect(engine.generate({ prompt, parameters: { seed: 1n }, most: 1 }));
      };
      await assert.rejects(run(), (error) => isCoded(error, value.error));
    });
  }
});
