import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isCoded, toHex } from '@isobit/core';
import { valueDigest } from '@isobit/receipt';
import { type Need, need } from '@isobit/testing';
import {
  createDecoder,
  createEncoder,
  type Decoder,
  generate,
  logProbabilities,
  readGguf,
  type TokenEncoder,
  type TokenEngine,
  type TokenRequest,
  type TokenStep,
} from '../../src/llm/reference/index.ts';
import { decoderFile, encoderFile, SMALL } from './random-model.ts';
import { type TextModelOptions, textModelFile, tokenizerMetadata } from './text-model.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

const MODEL = { architecture: 'llama', type: 'Q8_0', layers: 2, context: 96 } as const;
const parameters = { seed: 5n, temperature: 0.9, topK: 30, presencePenalty: 0.5 };
const request: TokenRequest = { prompt: [1, 2], parameters, most: 24 };

/** What an adapter promises of its numbers. */
export type Numbers =
  /** Those of the slow reference, bit for bit. */
  | 'of-the-reference'
  /** Of another law: the same for everybody who asks. */
  | 'of-its-own';

/** llama.cpp loads no model without a tokenizer. */
const models: Readonly<
  Record<Numbers, { readonly vocabulary: number; make(options?: Partial<TextModelOptions>): Uint8Array }>
> = {
  'of-the-reference': {
    vocabulary: SMALL.vocabulary,
    make: (options = {}) => decoderFile({ ...MODEL, ...options }),
  },
  'of-its-own': {
    vocabulary: tokenizerMetadata(true).vocabulary,
    make: (options = {}) => textModelFile({ ...MODEL, withBytes: true, ...options }),
  },
};

export async function collect(steps: AsyncIterable<TokenStep>): Promise<TokenStep[]> {
  const found: TokenStep[] = [];
  for await (const step of steps) found.push(step);
  return found;
}

const tokensOf = (steps: readonly TokenStep[]): number[] => steps.map(({ token }) => token);

/** The logits after each token of prompt and answer, by the slow reference. */
const logitsOf = (model: Decoder, tokens: readonly number[]): Float32Array[] =>
  model.forward(model.createSequence(), tokens);

/** Allows the tokens that are multiples of `factor`, and remembers what it was told. */
function multiples(factor: number, vocabulary: number) {
  const told: number[] = [];
  return {
    told,
    allowed() {
      const bits = new Uint32Array(Math.ceil(vocabulary / 32));
      for (let token = 0; token < vocabulary; token += factor)
        bits[token >> 5] = (bits[token >> 5] as number) | (1 << (token & 31));
      return bits;
    },
    accept: (token: number) => void told.push(token),
  };
}

/** Ends an answer with its nth token. */
function stopAfter(count: number) {
  let told = 0;
  return { accept: () => ++told >= count };
}

/** What every adapter of the port `TokenEngine` does. Each adapter's test calls this once. */
export function tokenEngineSuite(
  name: string,
  needs: readonly Need[],
  create: (file: Uint8Array) => TokenEngine | Promise<TokenEngine>,
  numbers: Numbers = 'of-the-reference',
): void {
  const { vocabulary, make } = models[numbers];
  const file = make();
  const model = createDecoder(readGguf(file));
  /** The answer to `request`: of the reference, or the first that the adapter gave. */
  let known: readonly number[] = [];

  const withEngine = async (work: (engine: TokenEngine) => Promise<void>, bytes = file): Promise<void> => {
    await using engine = await create(bytes);
    await work(engine);
  };

  const isReference = numbers === 'of-the-reference';

  describe(`token engine: ${name}`, need(...needs), () => {
    before(async () => {
      if (isReference) known = [...generate({ model, ...request })];
      else
        await withEngine(async (engine) => {
          known = tokensOf(await collect(engine.generate(request)));
        });
    });

    test('tells its vocabulary and context', () =>
      withEngine(async (engine) => {
        assert.deepEqual([engine.vocabulary, engine.context], [vocabulary, 96]);
      }));

    test('gives the same answer to whoever asks', () =>
      withEngine(async (engine) => {
        assert.equal(known.length, 24);
        for (let again = 0; again < 2; again++)
          assert.deepEqual(tokensOf(await collect(engine.generate(request))), known);
      }));

    if (isReference)
      test('gives the tokens of the slow reference, drawn and greedy', () =>
        withEngine(async (engine) => {
          assert.deepEqual(tokensOf(await collect(engine.generate(request))), known);
          const greedy = { seed: 0n, temperature: 0 };
          assert.deepEqual(tokensOf(await collect(engine.generate({ ...request, parameters: greedy }))), [
            ...generate({ model, ...request, parameters: greedy }),
          ]);
        }));

    test('answers to one request differ by their choice', () =>
      withEngine(async (engine) => {
        const second = tokensOf(await collect(engine.generate({ ...request, choice: 1 })));
        assert.equal(second.length, known.length);
        assert.notDeepEqual(second, known);
      }));

    test('answers that are asked for together are those asked for alone', () =>
      withEngine(async (engine) => {
        const requests = [1, 2, 3, 4].map((n) => ({ ...request, prompt: known.slice(0, n * 3), choice: n }));
        const alone: TokenStep[][] = [];
        for (const each of requests) alone.push(await collect(engine.generate(each)));
        const together = await Promise.all(requests.map((each) => collect(engine.generate(each))));
        assert.deepEqual(together, alone);
      }));

    test('a token that ends answers, a stop and the context end one', () =>
      withEngine(async (engine) => {
        const end = known[4] as number;
        const first = known.indexOf(end);
        assert.deepEqual(
          tokensOf(await collect(engine.generate({ ...request, ends: new Set([end]) }))),
          known.slice(0, first + 1),
        );
        assert.deepEqual(
          tokensOf(await collect(engine.generate({ ...request, stop: stopAfter(3) }))),
          known.slice(0, 3),
        );
        assert.deepEqual(await collect(engine.generate({ ...request, most: 0 })), []);
        const long = { ...request, most: 1_000 };
        const whole = await collect(engine.generate(long));
        assert.equal(whole.length, 94);
        assert.deepEqual(await engine.check(long, tokensOf(whole)), { steps: whole });
        const full = { ...request, prompt: [1, 2, ...tokensOf(whole)] };
        assert.deepEqual(await collect(engine.generate(full)), []);
      }));

    test('a constraint bounds each token and is told it', () =>
      withEngine(async (engine) => {
        const constraint = multiples(5, vocabulary);
        const found = tokensOf(await collect(engine.generate({ ...request, constraint })));
        assert.ok(found.every((token) => token % 5 === 0));
        assert.deepEqual(constraint.told, found);
        const checked = await engine.check({ ...request, constraint: multiples(5, vocabulary) }, found);
        assert.equal(checked.difference, undefined);
        const free = await engine.check({ ...request, constraint: multiples(5, vocabulary) }, known);
        assert.ok(free.difference);
        await assert.rejects(
          collect(
            engine.generate({ ...request, constraint: { ...constraint, allowed: () => new Uint32Array(2) } }),
          ),
          code('SAMPLING_IMPOSSIBLE'),
        );
      }));

    test('log probabilities are those of the model, with alternatives in order', () =>
      withEngine(async (engine) => {
        const steps = await collect(engine.generate({ ...request, alternatives: vocabulary }));
        assert.deepEqual(tokensOf(steps), known);
        const logits = logitsOf(model, [...request.prompt, ...known.slice(0, -1)]).slice(1);
        for (const [i, { token, logProbability, alternatives = [] }] of steps.entries()) {
          assert.equal(logProbability, alternatives.find((each) => each.token === token)?.logProbability);
          const sum = alternatives.reduce((all, each) => all + Math.exp(each.logProbability), 0);
          assert.ok(Math.abs(sum - 1) < 1e-4, `the probabilities sum to ${sum}`);
          const sorted = alternatives.toSorted(
            (a, b) => b.logProbability - a.logProbability || a.token - b.token,
          );
          assert.deepEqual(alternatives, sorted);
          if (!isReference) continue;
          const wanted = logProbabilities(logits[i] as Float32Array);
          for (const each of alternatives) assert.equal(each.logProbability, wanted[each.token]);
        }
        const three = await collect(engine.generate({ ...request, alternatives: 3 }));
        assert.deepEqual(
          three.map(({ alternatives }) => alternatives),
          steps.map(({ alternatives }) => alternatives?.slice(0, 3)),
        );
        const [none] = await collect(engine.generate({ ...request, alternatives: 0, most: 1 }));
        assert.deepEqual(none?.alternatives, []);
        const [plain] = await collect(engine.generate({ ...request, most: 1 }));
        assert.deepEqual(Object.keys(plain ?? {}), ['token']);
      }));

    test('a trace has the digest of the logits of each step', () =>
      withEngine(async (engine) => {
        const salt = new Uint8Array(32).fill(7);
        const steps = await collect(engine.generate({ ...request, trace: { salt } }));
        const logits = logitsOf(model, [...request.prompt, ...known.slice(0, -1)]).slice(1);
        for (const [i, step] of steps.entries()) {
          assert.equal(step.logits?.length, 32);
          if (!isReference) continue;
          const data = new Uint8Array((logits[i] as Float32Array).slice().buffer);
          const shape = [vocabulary];
          assert.equal(
            toHex(step.logits as Uint8Array),
            valueDigest({ datatype: 'FP32', shape, data }, salt),
          );
        }
        assert.deepEqual((await engine.check({ ...request, trace: { salt } }, known)).steps, steps);
      }));

    test('a check gives the same steps; a changed token is named with its margin', () =>
      withEngine(async (engine) => {
        const steps = await collect(engine.generate({ ...request, alternatives: 2 }));
        assert.deepEqual(await engine.check({ ...request, alternatives: 2 }, known), { steps });
        const claimed = ((known[10] as number) + 1) % vocabulary;
        const found = await engine.check(request, known.with(10, claimed));
        assert.deepEqual(tokensOf(found.steps), known.slice(0, 10));
        assert.deepEqual(
          { ...found.difference, margin: undefined },
          { index: 10, claimed, computed: known[10], margin: undefined },
        );
        // Greedy, so that the margin is between the best and another, and the penalty counts.
        const greedy = { ...request, parameters: { seed: 0n, temperature: 0, repeatPenalty: 1.5 } };
        const best = tokensOf(await collect(engine.generate(greedy)));
        const { difference } = await engine.check(
          greedy,
          best.with(6, ((best[6] as number) + 1) % vocabulary),
        );
        assert.ok(difference?.margin !== undefined && difference.margin >= 0);
      }));

    test('a token that does not exist differs; so does an answer that ends early or goes on', () =>
      withEngine(async (engine) => {
        for (const none of [vocabulary, -1, 1.5, Number.NaN]) {
          const { difference } = await engine.check(request, known.with(3, none));
          assert.deepEqual(difference, { index: 3, claimed: none, computed: known[3], margin: undefined });
        }
        const { steps, difference } = await engine.check(request, known.slice(0, 5));
        assert.deepEqual(tokensOf(steps), known.slice(0, 5));
        assert.deepEqual(difference, { index: 5, claimed: undefined, computed: known[5], margin: undefined });
        assert.deepEqual((await engine.check(request, [])).difference, {
          index: 0,
          claimed: undefined,
          computed: known[0],
          margin: undefined,
        });
        assert.deepEqual((await engine.check(request, [...known, 7, 99])).difference, {
          index: 24,
          claimed: 7,
          computed: undefined,
          margin: undefined,
        });
        const ends = new Set([known[4] as number]);
        const ended = await engine.check({ ...request, ends }, known);
        assert.equal(ended.difference?.index, known.indexOf(known[4] as number) + 1);
        assert.deepEqual(await engine.check({ ...request, most: 0 }, []), { steps: [] });
      }));

    test('an answer that nobody waits for any more is left; others go on', () =>
      withEngine(async (engine) => {
        const other = collect(engine.generate(request));
        for await (const { token } of engine.generate(request)) {
          assert.equal(token, known[0]);
          break;
        }
        assert.deepEqual(tokensOf(await other), known);
        const stop = new AbortController();
        const found: number[] = [];
        await assert.rejects(async () => {
          for await (const { token } of engine.generate(request, { signal: stop.signal })) {
            found.push(token);
            if (found.length === 3) stop.abort();
          }
        }, code('RUN_ABORTED'));
        assert.deepEqual(found, known.slice(0, 3));
        await assert.rejects(
          collect(engine.generate(request, { signal: AbortSignal.abort() })),
          code('RUN_ABORTED'),
        );
        await assert.rejects(
          engine.check(request, known, { signal: AbortSignal.abort() }),
          code('RUN_ABORTED'),
        );
        assert.deepEqual(tokensOf(await collect(engine.generate(request))), known);
      }));

    for (const [what, changed, error] of [
      ['no prompt', { prompt: [] }, 'PROMPT_EMPTY'],
      ['a token that does not exist', { prompt: [1, vocabulary] }, 'TOKEN_UNKNOWN'],
      ['a prompt beyond the context', { prompt: new Array(97).fill(1) }, 'CONTEXT_FULL'],
      ['a seed out of range', { parameters: { seed: 2n ** 64n } }, 'SAMPLING_INVALID'],
      ['a temperature below zero', { parameters: { seed: 0n, temperature: -1 } }, 'SAMPLING_INVALID'],
      ['a choice below zero', { choice: -1 }, 'SAMPLING_INVALID'],
      ['half a token at most', { most: 0.5 }, 'SAMPLING_INVALID'],
      ['alternatives beyond the vocabulary', { alternatives: vocabulary + 1 }, 'SAMPLING_INVALID'],
      ['a short salt', { trace: { salt: new Uint8Array(16) } }, 'SAMPLING_INVALID'],
    ] as const) {
      test(`refused: ${what}`, () =>
        withEngine(async (engine) => {
          const bad: TokenRequest = { ...request, ...changed };
          await assert.rejects(collect(engine.generate(bad)), code(error));
          await assert.rejects(engine.check(bad, known), code(error));
        }));
    }

    test('a model that overflows ends with RUN_NOT_FINITE, and the next answer is sound', () =>
      withEngine(
        async (engine) => {
          await assert.rejects(collect(engine.generate(request)), code('RUN_NOT_FINITE'));
          await assert.rejects(engine.check(request, [1, 2]), code('RUN_NOT_FINITE'));
        },
        make({ type: 'F32', scale: 1e15 }),
      ));
  });
}

/** What every adapter of the port `TokenEncoder` does. */
export function tokenEncoderSuite(
  name: string,
  needs: readonly Need[],
  create: (file: Uint8Array) => TokenEncoder | Promise<TokenEncoder>,
): void {
  describe(`token encoder: ${name}`, need(...needs), () => {
    for (const [type, pooling] of [
      ['Q8_0', 1],
      ['F16', 2],
      ['Q5_1', 1],
    ] as const) {
      test(`gives the embeddings of the slow reference: ${type}, pooling ${pooling}`, async () => {
        const bytes = encoderFile(type, pooling);
        const model = createEncoder(readGguf(bytes));
        await using encoder = await create(bytes);
        assert.deepEqual(
          [encoder.vocabulary, encoder.context, encoder.width],
          [SMALL.vocabulary, 16, SMALL.width],
        );
        const texts = [[1], [1, 2, 3], [47, 0, 5, 5, 9, 30], Array.from({ length: 16 }, (_, i) => i * 3)];
        const together = await Promise.all(texts.map((tokens) => encoder.embed(tokens)));
        assert.deepEqual(
          together,
          texts.map((tokens) => model.embed(tokens)),
        );
      });
    }

    test('refused: no token, an unknown one, too many, and a caller that aborted', async () => {
      await using encoder = await create(encoderFile('Q8_0', 1));
      await assert.rejects(encoder.embed([]), code('PROMPT_EMPTY'));
      await assert.rejects(encoder.embed([48]), code('TOKEN_UNKNOWN'));
      await assert.rejects(encoder.embed(new Array(17).fill(1)), code('CONTEXT_FULL'));
      await assert.rejects(encoder.embed([1], { signal: AbortSignal.abort() }), code('RUN_ABORTED'));
    });
  });
}
