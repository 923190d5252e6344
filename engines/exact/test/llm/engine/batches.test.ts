import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import type { TokenEngine, TokenRequest, TokenStep } from '../../../src/llm/index.ts';
import { createReferenceEngine, readGguf } from '../../../src/llm/reference/index.ts';
import { decoderFile, type ModelOptions, SMALL } from '../random-model.ts';
import { collect } from '../token-engine-suite.ts';
import { salt } from './forced.ts';
import { openDecoder } from './open.ts';

/* Whoever else is in a pass, whatever is found in the cache, however prompts are cut: the same bits. */

const models: Record<string, ModelOptions> = {
  'llama, Q8_0': { architecture: 'llama', type: 'Q8_0', layers: 2 },
  'qwen3, F16, window of 70': {
    architecture: 'qwen3',
    type: 'F16',
    metadata: { 'qwen3.attention.sliding_window': 70 },
  },
};

/** Prompts are beginnings of a few texts, each with an own end, so that many share blocks of the cache. */
const text = (which: number, length: number, own: number): number[] =>
  Array.from({ length }, (_, i) => (i < length - 2 ? i * (7 + which) + which : own + i) % SMALL.vocabulary);

interface Asked {
  readonly request: TokenRequest;
  /** Steps after which the reader leaves, or the caller aborts. */
  readonly leaves: number | undefined;
  readonly aborts: number | undefined;
  readonly check: boolean;
  /** Turns of the event loop before it is asked. */
  readonly late: number;
}

const asked: fc.Arbitrary<Asked> = fc
  .record({
    which: fc.nat(1),
    length: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 140 })),
    own: fc.nat(5),
    most: fc.integer({ min: 1, max: 12 }),
    seed: fc.bigInt({ min: 0n, max: 5n }),
    leaves: fc.option(fc.nat(6), { nil: undefined, freq: 4 }),
    aborts: fc.option(fc.nat(6), { nil: undefined, freq: 6 }),
    check: fc.boolean(),
    late: fc.nat(6),
  })
  .map(({ which, length, own, most, seed, ...rest }) => ({
    ...rest,
    request: {
      prompt: text(which, length, own),
      most,
      parameters: { seed, topK: 40 },
      trace: { salt },
    },
  }));

const setting = fc.record({
  asked: fc.array(asked, { minLength: 1, maxLength: 16 }),
  passRows: fc.constantFrom(1, 2, 3, 7, 16, 64, 128),
  threads: fc.constantFrom(1, 1, 1, 2, 3, 4),
  /** Blocks of the cache, in bytes of a small model's: at least one sequence fits. */
  cacheBytes: fc.constantFrom(30_000, 80_000, 10_000_000),
});

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** What somebody got who asked, left or aborted as said. */
async function ask(engine: TokenEngine, { request, leaves, aborts, late }: Asked): Promise<TokenStep[]> {
  await turns(late);
  const stop = new AbortController();
  const found: TokenStep[] = [];
  try {
    if (leaves === 0) return found;
    for await (const step of engine.generate(request, { signal: stop.signal })) {
      found.push(step);
      if (found.length === leaves) break;
      if (found.length === aborts) stop.abort();
    }
  } catch (error) {
    assert.ok(isCoded(error, 'RUN_ABORTED') && aborts !== undefined, String(error));
  }
  return found;
}

describe('answers that share passes, join, leave and find each other in the cache', () => {
  for (const [name, options] of Object.entries(models)) {
    const file = decoderFile(options);
    const slow = createReferenceEngine(readGguf(file));
    const known = new Map<string, TokenStep[]>();
    const wanted = async (request: TokenRequest): Promise<TokenStep[]> => {
      const key = `${request.prompt}:${request.parameters.seed}`;
      const found = known.get(key) ?? (await collect(slow.generate({ ...request, most: 12 })));
      known.set(key, found);
      return found.slice(0, request.most);
    };

    test(name, () =>
      forAll(
        [setting],
        async ({ asked: all, ...rest }) => {
          await using engine = await openDecoder(file, rest);
          await Promise.all(
            all.map(async (each) => {
              const expected = await wanted(each.request);
              const found = await ask(engine, each);
              const ends = Math.min(each.leaves ?? 12, expected.length);
              // Whoever aborts may get what was ready before.
              if (each.aborts === undefined || each.aborts > ends) assert.equal(found.length, ends);
              assert.deepEqual(found, expected.slice(0, found.length));
              if (!each.check) return;
              const tokens = expected.map(({ token }) => token);
              assert.deepEqual(await engine.check(each.request, tokens), { steps: expected });
              const lie = tokens.with(-1, ((tokens.at(-1) as number) + 1) % SMALL.vocabulary);
              const { steps, difference } = await engine.check(each.request, lie);
              assert.deepEqual(steps, expected.slice(0, -1));
              assert.equal(difference?.index, tokens.length - 1);
            }),
          );
        },
        propertyRuns(4),
      ),
    );
  }
});

test('a request that the cache can never hold is refused; others go on', async () => {
  const file = decoderFile({ architecture: 'llama', type: 'Q8_0' });
  await using engine = await openDecoder(file, { cacheBytes: 20_000 });
  const request = { prompt: [1], parameters: { seed: 1n }, most: 5 };
  await assert.rejects(collect(engine.generate({ ...request, most: 500 })), (error) =>
    isCoded(error, 'RUN_MEMORY'),
  );
  assert.equal((await collect(engine.generate(request))).length, 5);
});

test('an engine that is disposed ends what runs, and refuses more', async () => {
  const engine = await openDecoder(decoderFile({ architecture: 'llama', type: 'Q8_0' }));
  const request = { prompt: [1], parameters: { seed: 1n }, most: 400 };
  const running = collect(engine.generate(request));
  const checked = engine.check(request, new Array(400).fill(3));
  await turns(2);
  await Promise.all([
    assert.rejects(running, (error) => isCoded(error, 'RUNTIME_DISPOSED')),
    Promise.allSettled([checked]),
    engine[Symbol.asyncDispose](),
  ]);
  await assert.rejects(collect(engine.generate(request)), (error) => isCoded(error, 'RUNTIME_DISPOSED'));
});

test('a reader who waits does not hold up others, nor is computed for far ahead', async () => {
  const file = decoderFile({ architecture: 'llama', type: 'Q8_0' });
  await using engine = await openDecoder(file);
  let told = 0;
  const stop = { accept: () => ++told > 200 };
  const slow = engine
    .generate({ prompt: [1], parameters: { seed: 1n }, most: 300, stop })
    [Symbol.asyncIterator]();
  await slow.next();
  await collect(engine.generate({ prompt: [2], parameters: { seed: 1n }, most: 60 }));
  assert.ok(told <= 10, `${told} tokens were made for nobody`);
  let steps = 1;
  while (!(await slow.next()).done) steps++;
  assert.equal(steps, 201);
});
