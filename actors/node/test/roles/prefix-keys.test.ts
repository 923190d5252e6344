import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { createEmbeddingRequest, createTextRequest, llmExact, type TextRequest } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { PrefixHolders } from '../../src/roles/gateway/prefix-holders.ts';
import { prefixKeys, unreadCharacters } from '../../src/roles/gateway/prefix-keys.ts';
import { someJob, someModel } from './samples.ts';

const asking = (prompt: TextRequest['prompt'], salt = 1) =>
  createTextRequest({
    model: someModel,
    profile: llmExact.name,
    salt: new Uint8Array(32).fill(salt),
    prompt,
    maxTokens: 9,
  });
const chat = (contents: readonly string[], tools?: string) =>
  asking({
    messages: contents.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content })),
    ...(tools === undefined ? {} : { tools: [{ name: tools }] }),
    now: 1,
  });

test('a longer conversation has the keys of the shorter one, and no other has', async () => {
  const contents = fc.array(fc.string(), { minLength: 1, maxLength: 8 });
  await forAll([contents, contents], (first, more) => {
    const keys = prefixKeys(chat(first));
    assert.equal(keys.length, first.length);
    assert.deepEqual(prefixKeys(chat([...first, ...more])).slice(0, first.length), keys);
    const [changed, ...rest] = first;
    const others = prefixKeys(chat([`${changed}!`, ...rest]));
    assert.ok(others.every((key) => !keys.includes(key)));
  });
});

test('salt and time change no key; tools do, as they stand in the prompt', () => {
  const messages = [{ role: 'user', content: 'hello' }];
  const [key] = prefixKeys(asking({ messages, now: 1 }));
  assert.equal(prefixKeys(asking({ messages, now: 2 }, 7))[0], key);
  assert.notEqual(prefixKeys(chat(['hello'], 'search'))[0], key);
});

test('a text and tokens have keys by the piece, and what is short or no text has none', () => {
  const text = 'x'.repeat(5_000);
  assert.equal(prefixKeys(asking({ text })).length, 2);
  assert.deepEqual(prefixKeys(asking({ text: `${text}y` })), prefixKeys(asking({ text })));
  assert.equal(prefixKeys(asking({ tokens: Array.from({ length: 2_048 }, () => 7) })).length, 1);
  assert.deepEqual(prefixKeys(asking({ text: 'short' })), []);
  assert.deepEqual(prefixKeys(someJob.request), []);
});

test('what a worker has to read is what it does not hold, and tensors are no reading', async () => {
  const contents = fc.array(fc.string(), { minLength: 1, maxLength: 8 });
  await forAll([contents, contents], (first, more) => {
    const whole = unreadCharacters(chat([...first, ...more]), 0);
    assert.ok(whole >= [...first, ...more].join('').length);
    assert.equal(
      unreadCharacters(chat([...first, ...more]), first.length),
      whole - unreadCharacters(chat(first), 0),
    );
  });
  assert.ok(unreadCharacters(chat(['a'], 'search'), 0) > unreadCharacters(chat(['a']), 0));
  assert.equal(unreadCharacters(chat(['a'], 'search'), 1), 0);
  const text = asking({ text: 'x'.repeat(5_000) });
  assert.deepEqual(
    [0, 1, 2].map((held) => unreadCharacters(text, held)),
    [5_000, 2_952, 904],
  );
  const tokens = asking({ tokens: Array.from({ length: 2_049 }, () => 7) });
  assert.deepEqual(
    [0, 1].map((held) => unreadCharacters(tokens, held)),
    [8_196, 4],
  );
  const head = { model: someModel, profile: llmExact.name, salt: new Uint8Array(32) };
  assert.equal(unreadCharacters(createEmbeddingRequest({ ...head, texts: ['ab', 'c'] }), 0), 3);
  assert.equal(unreadCharacters(someJob.request, 0), 0);
});

test('the longest prefix that is known says who holds it, and old ones are forgotten', () => {
  const holders = new PrefixHolders();
  holders.note(['a'], 'first');
  holders.note(['a', 'b'], 'second');
  assert.deepEqual(holders.holderOf(['a', 'b', 'c']), { node: 'second', held: 2 });
  assert.deepEqual(holders.holderOf(['a', 'x']), { node: 'first', held: 1 });
  assert.equal(holders.holderOf(['x']), undefined);
  holders.note([], 'nobody');
  for (let i = 0; i < limits.routedPrefixes; i++) holders.note([`${i}`], 'other');
  assert.equal(holders.holderOf(['a', 'b']), undefined);
});
