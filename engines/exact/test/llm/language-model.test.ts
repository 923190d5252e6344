import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded, toHex, utf8 } from '@isobit/core';
import {
  createEmbeddingRequest,
  createRequest,
  createTextRequest,
  embeddingTokens,
  firstTokenDifference,
  floatOfBits,
  isTokenTrace,
  ofKind,
  responseDigest,
  responseTensors,
  type TextPiece,
  type TextRequest,
  type TextRequestOptions,
  type TextResponse,
} from '@isobit/receipt';
import fc from 'fast-check';
import type { ChatTemplate } from '../../src/llm/chat/chat-template.ts';
import { createEmbeddingModel } from '../../src/llm/embedding-model.ts';
import { createLanguageModel } from '../../src/llm/language-model.ts';
import {
  createReferenceEncoder,
  createReferenceEngine,
} from '../../src/llm/reference/create-reference-engine.ts';
import { readGguf } from '../../src/llm/reference/index.ts';
import { statedSteps } from '../../src/llm/text/choice.ts';
import type { TokenRequest } from '../../src/llm/token-engine.ts';
import { fakeTokenizer } from './fake-tokenizer.ts';
import { decoderFile, encoderFile, SMALL } from './random-model.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);
const tokenizer = fakeTokenizer(SMALL.vocabulary);
const engine = createReferenceEngine(
  readGguf(decoderFile({ architecture: 'llama', type: 'Q8_0', layers: 1, context: 64 })),
);
const template: ChatTemplate = {
  digest: new Uint8Array(32),
  render: ({ messages, now }) =>
    `${messages.map(({ role, content }) => `${role}:${content}\0`).join('')}${now}`,
};
const model = createLanguageModel({ engine, tokenizer, template });
const salt = new Uint8Array(32).fill(3);

const request = (extra: Partial<TextRequestOptions> = {}): TextRequest =>
  createTextRequest({
    model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
    profile: 'llm-exact-1',
    salt,
    prompt: { text: 'hello' },
    maxTokens: 20,
    sampling: { temperature: '1.2' },
    ...extra,
  });

async function answer(asked: TextRequest, options: { trace?: boolean } = {}) {
  const pieces: TextPiece[] = [];
  const execution = await model.execute(asked, { ...options, onPiece: (piece) => pieces.push(piece) });
  return { ...execution, response: ofKind(execution.response, 'text'), pieces };
}

/** The response with something changed. */
const changed = (response: TextResponse, change: (draft: TextResponse) => void): TextResponse => {
  const draft = structuredClone(response);
  change(draft);
  return draft;
};

describe('a language model', () => {
  test('answers text: tokens, what they say, why it ended, and usage', async () => {
    const asked = request();
    const { response, usage } = await answer(asked);
    const [choice] = response.choices;
    assert.equal(response.promptTokens, 6);
    assert.ok(choice);
    assert.ok(choice.tokens.length > 0 && choice.tokens.length <= 20);
    const ended = choice.tokens.at(-1) === 0;
    assert.equal(choice.finish, ended ? 'stop' : 'length');
    assert.deepEqual(usage, { inputTokens: 6, outputTokens: choice.tokens.length });
    const bytes = choice.tokens.flatMap((token) => [...tokenizer.bytes(token)]);
    assert.equal(choice.text, new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes)));
    const again = await answer(asked);
    assert.equal(responseDigest(again.response, salt), responseDigest(response, salt));
  });

  test('the pieces are its tokens and its text, in order, of every answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          choices: fc.integer({ min: 1, max: 3 }),
          seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          stop: fc.array(
            fc.string({ unit: fc.constantFrom('a', 'd', 'f', 'ü'), minLength: 1, maxLength: 2 }),
            {
              minLength: 1,
              maxLength: 3,
            },
          ),
          asked: fc.constantFrom<Partial<TextRequestOptions>>(
            {},
            { logProbabilities: 0 },
            { tokenBytes: true },
            { logProbabilities: 3, tokenBytes: true },
          ),
        }),
        async ({ choices, seed, stop, asked: more }) => {
          const asked = request({
            choices,
            stop,
            sampling: { temperature: '2', seed: String(seed) },
            ...more,
          });
          const { response, pieces } = await answer(asked);
          for (const [choice, stated] of response.choices.entries()) {
            const own = pieces.filter((piece) => piece.choice === choice);
            assert.deepEqual(
              own.flatMap(({ tokens }) => tokens),
              stated.tokens,
            );
            assert.equal(own.map(({ text }) => text).join(''), stated.text);
            assert.ok(own.every(({ text }) => text.isWellFormed()));
            assert.deepEqual(
              own.flatMap((piece) => piece.logProbabilities ?? []),
              stated.logProbabilities ?? [],
            );
            assert.equal(stated.tokenBytes !== undefined, more.tokenBytes === true);
            assert.deepEqual(
              Object.assign({}, ...own.map(({ tokenBytes }) => tokenBytes)),
              stated.tokenBytes ?? {},
            );
            for (const string of stop) assert.ok(!stated.text.includes(string));
            if (stated.stop !== undefined) assert.ok(stop.includes(stated.stop));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('messages go through the template, tokens go as they are', async () => {
    const chat = await answer(request({ prompt: { messages: [{ role: 'user', content: 'hi' }], now: 7 } }));
    const text = 'user:hi\u00007';
    assert.equal(chat.response.promptTokens, text.length + 1);
    const tokens = tokenizer.encode(text, { special: true, whole: true });
    const direct = await answer(request({ prompt: { tokens } }));
    assert.deepEqual(direct.response, chat.response);
  });

  test('log probabilities are listed with as many alternatives as asked for', async () => {
    const { response } = await answer(request({ logProbabilities: 4, sampling: { temperature: '0' } }));
    const [choice] = response.choices;
    assert.equal(choice?.logProbabilities?.length, choice?.tokens.length);
    for (const [i, { value, alternatives }] of (choice?.logProbabilities ?? []).entries()) {
      assert.equal(alternatives.length, 4);
      assert.deepEqual(alternatives[0], { token: choice?.tokens[i], value });
      assert.ok(floatOfBits(value) <= 0);
    }
  });

  test('a token says its bytes, a part of a character too; an end and an id without an entry say nothing', () => {
    const alternatives = [1, 5, SMALL.vocabulary].map((token) => ({ token, logProbability: -1 }));
    const steps = [{ token: 4, logProbability: -0.5, alternatives }];
    const ending = { ...tokenizer, ends: new Set([0, 5]) };
    const { tokenBytes } = statedSteps(steps, ending, { logProbabilities: 3, tokenBytes: true });
    assert.deepEqual(tokenBytes, { '1': 'c3', '4': '64', '5': '', [SMALL.vocabulary]: '' });
  });

  test('what it gave is found right, with or without log probabilities, a stop string, a trace', async () => {
    const requests = [
      request(),
      request({ choices: 3, sampling: { temperature: '3' } }),
      request({ logProbabilities: 2 }),
      request({ logProbabilities: 2, tokenBytes: true, stop: ['d'] }),
      request({ stop: ['d', 'f'] }),
      request({ maxTokens: 64 }),
      request({ sampling: { temperature: '0.8', topK: 5, topP: '0.9', repeatPenalty: '1.1', seed: '9' } }),
    ];
    for (const asked of requests) {
      const { response, trace } = await answer(asked, { trace: true });
      const found = await model.check(asked, response, { trace: true });
      assert.ok('response' in found);
      assert.deepEqual(found.response, response);
      assert.deepEqual(found.trace, trace);
    }
  });

  test('a lie about what an alternative says leaves the check with what the tokenizer says', async () => {
    const asked = request({ logProbabilities: 4, tokenBytes: true });
    const { response } = await answer(asked);
    const lied = changed(response, ({ choices: [choice] }) => {
      const drawn = new Set(choice?.tokens);
      const told = choice?.tokenBytes as Record<string, string>;
      told[Object.keys(told).find((id) => !drawn.has(Number(id))) as string] = '6c6965';
    });
    assert.notDeepEqual(lied, response);
    assert.deepEqual(await model.check(asked, lied), { response });
  });

  test('a token that is not the model’s is named with the margin; the trace says that its logits are right', async () => {
    const asked = request({ choices: 2 });
    const { response, trace } = await answer(asked, { trace: true });
    const tokens = response.choices[1]?.tokens as number[];
    const index = Math.floor(tokens.length / 2);
    const lied = changed(response, ({ choices }) => {
      (choices[1] as { tokens: number[] }).tokens[index] = ((tokens[index] as number) + 1) % SMALL.vocabulary;
    });
    const found = await model.check(asked, lied, { trace: true });
    assert.ok('difference' in found);
    const { choice, claimed, computed, margin } = found.difference;
    assert.deepEqual([choice, found.difference.index], [1, index]);
    assert.equal(computed?.token, tokens[index]);
    assert.equal(claimed?.token, ((tokens[index] as number) + 1) % SMALL.vocabulary);
    assert.ok(Number.isFinite(margin));
    assert.ok(trace && found.trace && isTokenTrace(trace) && isTokenTrace(found.trace));
    const lie = {
      ...trace,
      steps: trace.steps.map((step, i) =>
        i === (response.choices[0]?.tokens.length ?? 0) + index
          ? { ...step, token: claimed?.token as number }
          : step,
      ),
    };
    assert.equal(firstTokenDifference(lie, found.trace)?.kind, 'token');
  });

  test('an answer that ends early, goes on, or is missing differs there', async () => {
    const asked = request({ choices: 2, maxTokens: 8 });
    const { response } = await answer(asked);
    const tokens = response.choices[0]?.tokens as number[];
    const at = async (lie: (draft: TextResponse) => void) => {
      const found = await model.check(asked, changed(response, lie));
      assert.ok('difference' in found);
      return found.difference;
    };
    const early = await at(({ choices }) => void choices[0]?.tokens.pop());
    assert.deepEqual([early.choice, early.index, early.claimed], [0, tokens.length - 1, undefined]);
    const longer = await at(({ choices }) => void choices[0]?.tokens.push(5));
    assert.deepEqual([longer.choice, longer.index, longer.computed], [0, tokens.length, undefined]);
    const missing = await at(({ choices }) => void choices.pop());
    assert.deepEqual([missing.choice, missing.index, missing.claimed], [1, 0, undefined]);
    const unknown = await at(
      ({ choices }) => void (choices[0] as { tokens: number[] }).tokens.fill(4_000, 1),
    );
    assert.deepEqual([unknown.index, unknown.claimed], [1, { token: 4_000 }]);
  });

  test('one that tells other things of right tokens gets its own response back', async () => {
    const asked = request();
    const { response } = await answer(asked);
    const lied = changed(response, (draft) => {
      (draft.choices[0] as { text: string }).text += '!';
    });
    const found = await model.check(asked, lied);
    assert.deepEqual('response' in found && found.response, response);
  });

  test('what it cannot answer is refused by name', async () => {
    const bare = createLanguageModel({ engine, tokenizer });
    const refused: [string, TextRequest][] = [
      ['TEMPLATE_REFUSED', request({ prompt: { messages: [{ role: 'user', content: '' }], now: 0 } })],
      ['CONTEXT_FULL', request({ prompt: { text: 'a'.repeat(80) } })],
      ['TOKEN_UNKNOWN', request({ prompt: { tokens: [4_000] } })],
      ['SAMPLING_INVALID', request({ sampling: { topP: '2' } })],
      ['GRAMMAR_INVALID', request({ grammar: { kind: 'gbnf', grammar: 'root ::= (' } })],
      ['SAMPLING_IMPOSSIBLE', request({ grammar: { kind: 'gbnf', grammar: 'root ::= "\\u20ac"' } })],
    ];
    for (const [expected, asked] of refused) {
      await assert.rejects(bare.execute(asked), code(expected), expected);
      await assert.rejects(
        bare.check(asked, { isobit: 'response/1', kind: 'text', promptTokens: 1, choices: [] }),
        code(expected),
        expected,
      );
    }
    const tensors = createRequest({ model: request().model, profile: 'llm-exact-1', salt, inputs: [] });
    await assert.rejects(model.execute(tensors), code('KIND_UNSUPPORTED'));
  });

  test('a caller that leaves ends it within a token, and the others with it', async () => {
    const stop = new AbortController();
    let told = 0;
    const run = model.execute(request({ choices: 3, maxTokens: 50, sampling: { temperature: '5' } }), {
      signal: stop.signal,
      onPiece: () => {
        told++;
        stop.abort();
      },
    });
    await assert.rejects(run, code('RUN_ABORTED'));
    assert.ok(told <= 6, `${told} pieces`);
    await assert.rejects(model.execute(request(), { signal: AbortSignal.abort() }), code('RUN_ABORTED'));
  });

  test('an answer that fails ends the others', async () => {
    const asked: TokenRequest[] = [];
    const failing = createLanguageModel({
      tokenizer,
      engine: {
        ...engine,
        async *generate(each, options) {
          asked.push(each);
          if (each.choice === 1) throw Object.assign(new Error('broken'), { code: 'X' });
          yield* engine.generate(each, options);
        },
      },
    });
    await assert.rejects(failing.execute(request({ choices: 2, maxTokens: 60 })), /broken/);
    assert.equal(asked.length, 2);
  });

  test('each answer obeys the grammar, and one that does not is found out', async () => {
    const grammar = { kind: 'gbnf', grammar: 'root ::= "c" [d-f]+ "g"' } as const;
    const asked = request({ choices: 2, grammar });
    const { response } = await answer(asked);
    for (const { text, finish } of response.choices)
      assert.match(text, finish === 'stop' ? /^c[d-f]+g$/ : /^c[d-f]*$/);
    assert.ok('response' in (await model.check(asked, response)));
    const other = request({ choices: 2, grammar: { kind: 'gbnf', grammar: 'root ::= "x" [y-z]+' } });
    const found = await model.check(other, response);
    assert.ok('difference' in found);
    assert.equal(found.difference.index, 0);
  });
});

test('an embedding model gives one row a text', async () => {
  const encoder = createReferenceEncoder(readGguf(encoderFile('Q8_0', 1)));
  await using embedder = createEmbeddingModel({ encoder, tokenizer });
  const asked = createEmbeddingRequest({
    model: request().model,
    profile: 'llm-exact-1',
    salt,
    texts: ['abc', 'grün'],
  });
  const { response, usage } = await embedder.execute(asked);
  const [output] = responseTensors(response);
  assert.deepEqual([output?.name, output?.shape], ['embedding', [2, SMALL.width]]);
  assert.deepEqual(usage, { inputBytes: 3 + utf8('grün').length, outputBytes: 2 * SMALL.width * 4 + 2 * 8 });
  const counts = ['abc', 'grün'].map(
    (text) => tokenizer.encode(text, { special: false, whole: true }).length,
  );
  assert.equal(
    embeddingTokens(ofKind(response, 'tensors'), 2),
    counts.reduce((sum, count) => sum + count),
  );
  const alone = await embedder.execute({ ...asked, texts: ['grün'] });
  const [row] = responseTensors(alone.response);
  assert.equal(toHex(row?.data as Uint8Array), toHex(output?.data.subarray(SMALL.width * 4) as Uint8Array));
  await assert.rejects(embedder.execute({ ...asked, texts: ['a'.repeat(40)] }), code('CONTEXT_FULL'));
  await assert.rejects(embedder.execute(request()), code('KIND_UNSUPPORTED'));
});
