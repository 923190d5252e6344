import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import {
  createEmbeddingRequest,
  createRequest,
  isTokenTrace,
  ofKind,
  type TextPiece,
  type TextResponse,
} from '@isobit/receipt';
import { type Need, need } from '@isobit/testing';
import type { AnswerDifference } from '../../src/llm/text/read-difference.ts';
import type { Checked, LoadedModel, ModelSource, Runtime } from '../../src/runtime.ts';
import { languageSource, textModelFile, textRequest } from './text-model.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

const bytes = textModelFile({ withBytes: true });
const unplaced = languageSource(bytes);
/** Long enough to be stopped on its way. */
const long = textRequest(unplaced, { maxTokens: 120, sampling: { temperature: '100' } });

export interface LanguageSuiteOptions {
  /** Whether equal requests have equal answers, so that there is something to check and to trace. Default true. */
  readonly exact?: boolean;
  /** Gives a source whose files lie in a folder, for engines that read files themselves. */
  readonly place?: (source: ModelSource) => ModelSource;
}

const withTokens = (
  response: TextResponse,
  choice: number,
  change: (tokens: readonly number[]) => number[],
): TextResponse => ({
  ...response,
  choices: response.choices.map((each, i) =>
    i === choice ? { ...each, tokens: change(each.tokens) } : each,
  ),
});

/** What every adapter of the port `Runtime` does with language models. Each adapter's test calls this once. */
export function languageRuntimeSuite(
  name: string,
  needs: readonly Need[],
  create: () => Runtime | Promise<Runtime>,
  { exact = true, place = (each) => each }: LanguageSuiteOptions = {},
): void {
  const sourceOf: typeof languageSource = (...given) => place(languageSource(...given));
  const source = sourceOf(bytes);

  describe(`runtime of language models: ${name}`, need(...needs), () => {
    let runtime: Runtime;
    let model: LoadedModel;
    before(async () => {
      runtime = await create();
      model = await runtime.load(source);
    });
    after(async () => {
      await model[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
    });

    test('promises equal bits or does not, and says which build runs a model', () => {
      assert.equal(runtime.profile.exact, exact);
      const { name, digest } = model.engine ?? runtime.engine;
      assert.ok(name);
      assert.equal(digest !== undefined, exact, 'a digest says nothing where bits differ');
    });

    test('takes what it can read, by the manifest alone', () => {
      assert.ok(runtime.takes(source.manifest));
      assert.ok(!runtime.takes({ ...source.manifest, format: 'onnx' }));
    });

    test('the pieces of an answer are the answer, and usage counts it', async () => {
      const request = textRequest(source, { choices: 3, logProbabilities: 2, tokenBytes: true });
      const pieces: TextPiece[] = [];
      const first = await model.execute(request, { onPiece: (piece) => pieces.push(piece) });
      const response = ofKind(first.response, 'text');
      assert.deepEqual(first.usage, {
        inputTokens: response.promptTokens,
        outputTokens: response.choices.reduce((sum, { tokens }) => sum + tokens.length, 0),
      });
      for (const [choice, { tokens, text, logProbabilities, tokenBytes }] of response.choices.entries()) {
        const own = pieces.filter((piece) => piece.choice === choice);
        assert.deepEqual(
          own.flatMap((piece) => piece.tokens),
          tokens,
        );
        assert.equal(own.map((piece) => piece.text).join(''), text);
        assert.deepEqual(
          own.flatMap((piece) => piece.logProbabilities ?? []),
          logProbabilities,
        );
        assert.ok(tokenBytes);
        assert.deepEqual(Object.assign({}, ...own.map((piece) => piece.tokenBytes)), tokenBytes);
      }
    });

    test('answers to one request differ by their choice', async () => {
      const request = textRequest(source, { choices: 2, maxTokens: 24, sampling: { temperature: '5' } });
      const [first, second] = ofKind((await model.execute(request)).response, 'text').choices;
      assert.notDeepEqual(first?.tokens, second?.tokens);
    });

    test('what cannot be answered is refused by its code, and the next question is answered', async () => {
      const head = { model: long.model, profile: runtime.profile.name, salt: new Uint8Array(32) };
      const refused = {
        CONTEXT_FULL: textRequest(source, { prompt: { tokens: new Array(200).fill(5) } }),
        TOKEN_UNKNOWN: textRequest(source, { prompt: { tokens: [1, 4_000] } }),
        TEMPLATE_REFUSED: textRequest(source, {
          prompt: { messages: [{ role: 'user', content: 'a' }], now: 0 },
        }),
        GRAMMAR_INVALID: textRequest(source, { grammar: { kind: 'gbnf', grammar: 'root ::= (' } }),
        KIND_UNSUPPORTED: createEmbeddingRequest({ ...head, texts: ['a'] }),
      };
      for (const [expected, request] of Object.entries(refused))
        await assert.rejects(model.execute(request), code(expected), expected);
      const tensors = createRequest({ ...head, inputs: [] });
      await assert.rejects(model.execute(tensors), code('KIND_UNSUPPORTED'));
      await model.execute(textRequest(source));
    });

    test('a caller that leaves ends its own run, before it and within it', async () => {
      const aborted = AbortSignal.abort();
      await assert.rejects(model.execute(long, { signal: aborted }), code('RUN_ABORTED'));
      const stop = new AbortController();
      const left = model.execute(long, { signal: stop.signal, onPiece: () => stop.abort() });
      const [, stays] = await Promise.allSettled([left, model.execute(textRequest(source))]);
      await assert.rejects(left, code('RUN_ABORTED'));
      assert.equal(stays.status, 'fulfilled');
    });

    test('what is no model is refused, and what a manifest says of one must hold', async () => {
      await assert.rejects(runtime.load(sourceOf(new Uint8Array(100))), code('MODEL_MALFORMED'));
      await assert.rejects(runtime.load(sourceOf(bytes.subarray(0, 2_000))), code('MODEL_MALFORMED'));
      await assert.rejects(
        runtime.load(sourceOf(bytes, { tokenizer: '0'.repeat(64) })),
        code('MODEL_SIGNATURE'),
      );
    });

    test('a model that was let go answers nothing more', async () => {
      const other = await runtime.load(source);
      await other[Symbol.asyncDispose]();
      await assert.rejects(other.execute(textRequest(source)), code('RUNTIME_DISPOSED'));
      await model.execute(textRequest(source));
    });

    if (exact) {
      test('one question has one answer, alone or beside others', async () => {
        const request = textRequest(source, { choices: 3, logProbabilities: 2 });
        const first = await model.execute(request);
        const others = [5, 7].map((maxTokens) => model.execute(textRequest(source, { maxTokens })));
        assert.deepEqual(await model.execute(request), first);
        await Promise.all(others);
      });

      test('a trace has a step for each token, and changes nothing', async () => {
        const request = textRequest(source);
        const { response, trace } = await model.execute(request, { trace: true });
        assert.ok(trace && isTokenTrace(trace));
        assert.deepEqual(
          trace.steps.map(({ token }) => token),
          ofKind(response, 'text').choices[0]?.tokens,
        );
        assert.deepEqual(await model.execute(request), { ...(await model.execute(request)), response });
      });

      test('a check finds the answer its own, and the first token that is not', async () => {
        const { check } = model;
        assert.ok(check, 'it can check');
        const request = textRequest(source, { choices: 2, logProbabilities: 1, tokenBytes: true });
        const { response, trace } = await model.execute(request, { trace: true });
        const honest = ofKind(response, 'text');
        assert.deepEqual(await check(request, honest, { trace: true }), { response, trace });
        const [first = [], second = []] = honest.choices.map(({ tokens }) => tokens);
        for (const [choice, index] of [
          [0, 0],
          [0, 7],
          [1, second.length - 1],
        ] as const) {
          const claimed = honest.choices[choice]?.tokens[index] === 40 ? 41 : 40;
          const lied = withTokens(honest, choice, (tokens) => tokens.with(index, claimed));
          const found: Checked = await check(request, lied);
          assert.ok('difference' in found);
          const { difference }: { readonly difference: AnswerDifference } = found;
          assert.deepEqual(
            [difference.choice, difference.index, difference.claimed?.token, difference.computed?.token],
            [choice, index, claimed, honest.choices[choice]?.tokens[index]],
          );
          assert.ok((difference.margin ?? 0) !== 0);
        }
        const short = withTokens(honest, 0, (tokens) => tokens.slice(0, -1));
        const cut: Checked = await check(request, short);
        assert.ok('difference' in cut);
        assert.deepEqual([cut.difference.index, cut.difference.claimed], [first.length - 1, undefined]);
      });
    } else {
      test('without the promise there is no check and no trace', async () => {
        assert.equal(model.check, undefined);
        const traced = model.execute(textRequest(source), { trace: true });
        await assert.rejects(traced, code('TRACE_UNAVAILABLE'));
      });
    }
  });
}
