import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, fromHex, toHex } from '@isobit/core';
import { createTextResponse, floatBits, type TextChoice, type TextPiece } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  chatAnswer,
  completionAnswer,
  createCompletionStream,
  readChatBody,
  readCompletionBody,
  requestOfAsk,
} from '../src/index.ts';
import { HEAD, MODEL, NOW, RECEIPT, SALT } from './vectors/vector.ts';

const around = { model: MODEL, profile: 'llm-exact-1', salt: fromHex(SALT), now: NOW };
const step = { value: floatBits(-0.5), alternatives: [] };
const read = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** Parts of characters of one to four bytes, and what is none. */
const anyBytes = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.nat(4), fc.nat(4))
  .map(([text, from, left]) => {
    const bytes = new TextEncoder().encode(text);
    return bytes.subarray(from, bytes.length - left);
  });
const saying = (parts: readonly Uint8Array[]): TextChoice => ({
  tokens: parts.map((_, token) => token),
  text: read(concatBytes(...parts)),
  finish: 'length',
  logProbabilities: parts.map(() => step),
  tokenBytes: Object.fromEntries(parts.map((bytes, token) => [token, toHex(bytes)])),
});
const pieceOf = (choice: TextChoice, at: number): TextPiece => ({
  choice: 0,
  tokens: [at],
  text: '',
  logProbabilities: [step],
  tokenBytes: { [at]: choice.tokenBytes?.[at] ?? '' },
});

test('whoever joins the bytes of a chat has its text', () =>
  forAll([fc.array(anyBytes, { maxLength: 8 })], (parts) => {
    const ask = readChatBody({ model: 'm', messages: [{ role: 'user', content: 'a' }], logprobs: true });
    const request = requestOfAsk({ ask, ...around });
    const response = createTextResponse({ promptTokens: 1, choices: [saying(parts)] });
    const { choices } = chatAnswer({ ask, request, response, head: HEAD, receipt: RECEIPT });
    const entries = choices[0]?.logprobs?.content ?? [];
    assert.equal(
      read(Uint8Array.from(entries.flatMap(({ bytes }) => bytes ?? []))),
      choices[0]?.message.content ?? '',
    );
    for (const { token, bytes } of entries) assert.equal(token, read(Uint8Array.from(bytes ?? [])));
  }));

test('a completion says where its tokens are, and its stream says the same', () =>
  forAll([fc.array(anyBytes, { maxLength: 8 }), fc.nat(8)], (parts, told) => {
    const ask = readCompletionBody({ model: 'm', prompt: 'a', logprobs: 0 });
    const request = requestOfAsk({ ask, ...around });
    const choice = saying(parts);
    const response = createTextResponse({ promptTokens: 1, choices: [choice] });
    const plain = completionAnswer({ ask, request, response, head: HEAD, receipt: RECEIPT });
    const { tokens = [], text_offset: offsets = [] } = plain.choices[0]?.logprobs ?? {};
    const characters = Array.from(choice.text);
    for (const [at, token] of tokens.entries())
      if (!token.includes('\ufffd') && token !== '' && !choice.text.includes('\ufffd'))
        assert.ok(characters.slice(offsets[at]).join('').startsWith(token));

    const stream = createCompletionStream({ ask, request, head: HEAD });
    const chunks = [
      ...choice.tokens.slice(0, told).flatMap((at) => stream.piece(pieceOf(choice, at))),
      ...stream.end(response, RECEIPT),
    ] as { readonly choices: readonly { readonly logprobs: (typeof plain.choices)[number]['logprobs'] }[] }[];
    const parted = chunks.flatMap((chunk) => chunk.choices[0]?.logprobs ?? []);
    assert.deepEqual(
      parted.flatMap((each) => each.tokens),
      tokens,
    );
    assert.deepEqual(
      parted.flatMap((each) => each.text_offset ?? []),
      offsets,
    );
  }));
