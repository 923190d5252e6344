import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createShownText, readCalls } from '../src/index.ts';

const offered = ['weather', 'time'];
const call = fc.constantFrom(
  '{"name":"time","arguments":{}}',
  '{"name": "weather", "parameters": {"city": "Rome"}}',
  '{"name":"news","arguments":{}}',
);
/** Texts out of which calls and near misses come. */
const part = fc.oneof(
  call,
  fc.constantFrom('<tool_call>', '</tool_call>', '[TOOL_CALLS]', '[', ']', ',', ';', '\n', ' ', '<', '{'),
  fc.string({ maxLength: 4 }),
);
const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
const pieces = fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 });

test('what is shown of a growing text is always the beginning of its content', async () => {
  await forAll([pieces, fc.constantFrom(offered, [])], (list, names) => {
    const shown = createShownText(names.length > 0);
    let all = '';
    for (const piece of list) all += shown.add(piece);
    const { content } = readCalls(list.join(''), names);
    assert.equal(all, content.slice(0, shown.length));
    if (names.length === 0) assert.equal(all, list.join(''));
  });
});

test('a call that is read names an offered tool and holds a JSON object as the text spells it', async () => {
  await forAll([text], (written) => {
    const { content, calls } = readCalls(written, offered);
    if (calls.length === 0) assert.equal(content, written);
    for (const each of calls) {
      assert.ok(offered.includes(each.name));
      assert.ok(written.includes(each.arguments));
      assert.equal(JSON.parse(each.arguments).constructor, Object);
    }
    assert.ok(written.startsWith(content));
  });
});

test('words are shown at once, but for what may be the beginning of a call', () => {
  const shown = createShownText(true);
  assert.deepEqual(
    ['Once ', 'upon', ' a', ' <', 'b> ', 'x\n<tool_call>', '{'].map((piece) => shown.add(piece)),
    ['Once', ' upon', ' a', '', ' <b>', ' x', ''],
  );
});

test('a text of a megabyte of open brackets or quotes is read in a moment', () => {
  for (const long of ['{"name":'.repeat(100_000), '['.repeat(1_000_000), `{"a":"${'\\'.repeat(1_000_000)}`]) {
    const began = performance.now();
    assert.equal(readCalls(long, offered).calls.length, 0);
    assert.ok(performance.now() - began < 2_000);
  }
});

test('white space within an answer takes no more time than other text', () => {
  const content = `${' '.repeat(200_000)}x`;
  const written = `${content}<tool_call>{"name":"time","arguments":{}}</tool_call>`;
  const started = performance.now();
  assert.deepEqual(readCalls(written, offered), { content, calls: [{ name: 'time', arguments: '{}' }] });
  assert.ok(performance.now() - started < 5_000);
});
