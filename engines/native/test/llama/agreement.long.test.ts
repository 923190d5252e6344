import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  createTokenEngine,
  openGguf,
  rangesOf,
  type TokenEngine,
  type TokenRequest,
  type TokenStep,
} from '@isobit/exact/llm';
import type { WeightType } from '@isobit/exact/llm/reference';
import { requantise } from '@isobit/exact/testing';
import { need, repositoryPath, sharedPath } from '@isobit/testing';

/*
 * The kernels beside llama.cpp on the same files: the shipped model, its weights in every type. What they give is
 * compared as logits (up to the constant that log probabilities lack, so both are centred) and as perplexity.
 */

const STORY = readFileSync(repositoryPath('engines/native/test/llama/story-tokens.json'), 'utf8');
const tokens = JSON.parse(STORY) as number[];

/** An answer that is forced to be a text: what is told is the model's opinion of each of its tokens. */
function reading(text: readonly number[], vocabulary: number): TokenRequest {
  let at = 1;
  return {
    prompt: text.slice(0, 1),
    parameters: { seed: 0n, temperature: 0 },
    most: text.length - 1,
    alternatives: vocabulary,
    constraint: {
      allowed() {
        const bits = new Uint32Array(Math.ceil(vocabulary / 32));
        const token = text[at] as number;
        bits[token >> 5] = 1 << (token & 31);
        return bits;
      },
      accept: () => void at++,
    },
  };
}

async function read(engine: TokenEngine, text: readonly number[]): Promise<readonly TokenStep[]> {
  const { steps, difference } = await engine.check(reading(text, engine.vocabulary), text.slice(1));
  assert.equal(difference, undefined);
  return steps;
}

const kernels = async (file: Uint8Array): Promise<TokenEngine> =>
  createTokenEngine({
    model: await openGguf(rangesOf(file)),
    kernels: () => readFileSync(repositoryPath('engines/kernels/wasm/kernels.wasm')),
  });

/** Log probabilities by token id, less their mean. */
function centred({ alternatives = [] }: TokenStep): Float64Array {
  const values = new Float64Array(alternatives.length);
  for (const { token, logProbability } of alternatives) values[token] = logProbability;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    dot += value * (b[i] as number);
    aa += value * value;
    bb += (b[i] as number) ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const perplexity = (steps: readonly TokenStep[]): number =>
  Math.exp(-mean(steps.map(({ logProbability }) => logProbability as number)));

describe('the kernels agree with llama.cpp', need('native'), () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'isobit-agreement-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The steps of both engines on one file. */
  async function both(name: string, file: Uint8Array, texts: readonly (readonly number[])[]) {
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, file);
    const { createLlamaEngine } = await import('../../src/llama/create-llama-engine.ts');
    await using ours = await kernels(file);
    await using theirs = await createLlamaEngine({ path, context: 1_024 });
    const found: { ours: TokenStep[]; theirs: TokenStep[] } = { ours: [], theirs: [] };
    for (const text of texts) {
      found.ours.push(...(await read(ours, text)));
      found.theirs.push(...(await read(theirs, text)));
    }
    return found;
  }

  const f16 = (): Uint8Array => readFileSync(repositoryPath('models/storyteller/storyteller-f16.gguf'));

  for (const [type, least] of [
    ['F32', 0.999999],
    ['F16', 0.999999],
    // llama.cpp rounds the activations to bfloat16 too.
    ['BF16', 0.99999],
    ['Q8_0', 0.9999],
    ['Q6_K', 0.9999],
    ['Q5_K', 0.9999],
    ['Q4_K', 0.9999],
    ['Q5_0', 0.9999],
    ['Q5_1', 0.9999],
    ['Q4_0', 0.9999],
    ['Q4_1', 0.9999],
  ] as const satisfies readonly (readonly [WeightType, number])[]) {
    test(`${type}: cosine of the logits at least ${least}`, async (context) => {
      const { ours, theirs } = await both(type, requantise(f16(), type), [tokens]);
      const cosines = ours.map((step, i) => cosine(centred(step), centred(theirs[i] as TokenStep)));
      context.diagnostic(`mean ${mean(cosines)}, least ${Math.min(...cosines)}`);
      assert.ok(mean(cosines) >= least, `${mean(cosines)} over ${cosines.length} positions`);
    });
  }

  test('other weights are told apart', async () => {
    const { ours } = await both('Q8_0', requantise(f16(), 'Q8_0'), [tokens]);
    const { theirs } = await both('Q4_0', requantise(f16(), 'Q4_0'), [tokens]);
    assert.ok(mean(ours.map((step, i) => cosine(centred(step), centred(theirs[i] as TokenStep)))) < 0.9999);
  });

  test('perplexity of 20 kB of held-out stories differs by at most 0.2%', need('shared'), async (context) => {
    const { createTokenizer, readGgufTokenizer } = await import('@isobit/exact/llm');
    const stories = JSON.parse(
      readFileSync(sharedPath('data/text/tinystories_1000.json'), 'utf8'),
    ) as string[];
    const file = readFileSync(repositoryPath('models/storyteller/storyteller-q8_0.gguf'));
    const tokenizer = createTokenizer(readGgufTokenizer((await openGguf(rangesOf(file))).metadata));
    const held: string[] = [];
    for (let i = 9; held.join('').length < 20_000; i += 10) held.push(stories[i] as string);
    const texts = held.map((story) =>
      tokenizer.encode(story, { special: false, whole: true }).slice(0, 1_000),
    );
    const { ours, theirs } = await both('perplexity', file, texts);
    const [a, b] = [perplexity(ours), perplexity(theirs)];
    context.diagnostic(`${a} and ${b} over ${ours.length} tokens`);
    assert.ok(Math.abs(a / b - 1) <= 0.002, `${a} and ${b}`);
  });
});
