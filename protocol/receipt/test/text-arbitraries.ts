import { concatBytes, limits, toHex } from '@isobit/core';
import {
  namedTokens,
  type Sampling,
  type TextChoice,
  type TextRequestOptions,
  type TokenTrace,
} from '@isobit/receipt';
import fc from 'fast-check';
import { hex32 } from './arbitraries.ts';

/** Any text that a document may hold: control characters, emoji, combining marks, no lone surrogates. */
export const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const count = fc.nat(2 ** 31 - 1);
const plain = { noNullPrototype: true };
const optional = { requiredKeys: [] as never[], noNullPrototype: true };

/** Decimals in each form that the grammar has. */
export const decimal = fc
  .tuple(
    fc.boolean(),
    fc.oneof(fc.constant('0'), fc.nat(9_999).map(String)),
    fc.option(fc.stringMatching(/^[0-9]{1,16}$/), { nil: undefined }),
  )
  .map(([minus, whole, places]) => `${minus ? '-' : ''}${whole}${places === undefined ? '' : `.${places}`}`);

export const anySampling: fc.Arbitrary<Sampling> = fc.record(
  {
    temperature: decimal,
    topK: count,
    topP: decimal,
    minP: decimal,
    repeatPenalty: decimal,
    presencePenalty: decimal,
    frequencyPenalty: decimal,
    penaltyWindow: count,
    logitBias: fc
      .array(fc.tuple(fc.nat(999_999_999).map(String), decimal), { minLength: 1, maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
    seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  },
  optional,
) as fc.Arbitrary<Sampling>;

const message = fc.record(
  {
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    content: anyText,
    name,
    toolCalls: fc.array(fc.record({ id: name, name, arguments: anyText }, plain), {
      minLength: 1,
      maxLength: 3,
    }),
    toolCallId: name,
  },
  { requiredKeys: ['role', 'content'], noNullPrototype: true },
);
const tool = fc.record(
  { name, description: anyText, parameters: anyText },
  { requiredKeys: ['name'], noNullPrototype: true },
);
const prompt = fc.oneof(
  fc.record(
    {
      messages: fc.array(message, { minLength: 1, maxLength: 5 }),
      tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
      now: fc.maxSafeNat(),
    },
    { requiredKeys: ['messages', 'now'], noNullPrototype: true },
  ),
  fc.record({ text: anyText }, plain),
  fc.record({ tokens: fc.array(count, { minLength: 1, maxLength: 20 }) }, plain),
);
const grammar = fc.oneof(
  fc.constant({ kind: 'json' as const }),
  anyText.filter((text) => text !== '').map((schema) => ({ kind: 'schema' as const, schema })),
  anyText.filter((text) => text !== '').map((text) => ({ kind: 'gbnf' as const, grammar: text })),
);

/** What a text request says besides model, profile and salt. */
export const anyQuestion = fc.record(
  {
    prompt,
    maxTokens: fc.integer({ min: 1, max: limits.answerTokens }),
    sampling: anySampling,
    stop: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 4,
    }),
    choices: fc.integer({ min: 1, max: limits.textChoices }),
    logProbabilities: fc.nat(limits.textAlternatives),
    tokenBytes: fc.constant(true as const),
    grammar,
  },
  { requiredKeys: ['prompt', 'maxTokens'], noNullPrototype: true },
) as fc.Arbitrary<Omit<TextRequestOptions, 'model' | 'profile' | 'salt'>>;

const bits = fc.nat(2 ** 32 - 1).map((value) => value.toString(16).padStart(8, '0'));
const probability = fc.record(
  {
    value: bits,
    alternatives: fc.array(fc.record({ token: count, value: bits }, plain), { maxLength: 3 }),
  },
  plain,
);

export const anyChoice: fc.Arbitrary<TextChoice> = fc.array(count, { maxLength: 12 }).chain((tokens) =>
  fc
    .record(
      {
        text: anyText,
        stop: fc.constant('\n\n'),
        logProbabilities: fc.array(probability, { minLength: tokens.length, maxLength: tokens.length }),
        length: fc.boolean(),
      },
      { requiredKeys: ['text', 'length'], noNullPrototype: true },
    )
    .map(
      ({ length, stop, ...rest }): TextChoice => ({
        ...rest,
        tokens,
        finish: length ? 'length' : 'stop',
        ...(stop !== undefined && !length ? { stop } : {}),
      }),
    ),
);

/** Bytes that begin characters, go on with them, and are ASCII: so that some are whole and some are not. */
const someBytes = fc
  .uint8Array({ maxLength: 4 })
  .map((bytes) => bytes.map((byte) => (byte % 3) * 0x61 + 0x20));

/** An answer that says what its tokens are. */
export const anyChoiceWithBytes: fc.Arbitrary<TextChoice> = anyChoice.chain(({ stop: _, ...choice }) => {
  const ids = [...namedTokens(choice)];
  return fc.array(someBytes, { minLength: ids.length, maxLength: ids.length }).map((said) => {
    const bytes = new Map(ids.map((id, index) => [id, said[index] as Uint8Array]));
    const all = concatBytes(...choice.tokens.map((token) => bytes.get(token) as Uint8Array));
    return {
      ...choice,
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(all),
      tokenBytes: Object.fromEntries([...bytes].map(([token, each]) => [token, toHex(each)])),
    };
  });
});

export const anyTokenTrace: fc.Arbitrary<TokenTrace> = fc
  .array(fc.record({ choice: fc.nat(3), token: count, logits: hex32 }, plain), { maxLength: 12 })
  .map((steps) => ({
    isobit: 'trace/1',
    kind: 'tokens',
    steps: steps.toSorted((a, b) => a.choice - b.choice),
  }));
