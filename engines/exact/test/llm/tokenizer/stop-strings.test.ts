import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createDetokenizer } from '../../../src/llm/tokenizer/detokenizer.ts';
import { createStopStrings } from '../../../src/llm/tokenizer/stop-strings.ts';

/** Every token is one byte. */
const bytes = { bytes: (token: number) => Uint8Array.of(token) };

/** Texts after each token, and what ended the answer. */
function run(answer: string | Uint8Array, stops: readonly string[]) {
  const watch = createStopStrings(bytes, stops);
  const texts: string[] = [];
  const tokens = typeof answer === 'string' ? utf8(answer) : answer;
  for (const token of tokens) {
    const ended = watch.accept(token);
    texts.push(watch.text);
    if (ended) break;
  }
  return { texts, stop: watch.stop, text: watch.end() };
}

describe('stop strings', () => {
  test('the text ends before the stop string, and what could become one is held back', () => {
    assert.deepEqual(run('ab<en<end>x', ['<end>']), {
      texts: ['a', 'ab', 'ab', 'ab', 'ab', 'ab<en', 'ab<en', 'ab<en', 'ab<en', 'ab<en'],
      stop: '<end>',
      text: 'ab<en',
    });
  });

  test('what was held back is text where the answer ends otherwise', () => {
    assert.deepEqual(run('a<', ['<end>']), { texts: ['a', 'a'], stop: undefined, text: 'a<' });
  });

  test('of two that one token completes the one that begins first counts, then the longest', () => {
    const once = { bytes: () => utf8('xabcx') };
    const stopped = (stops: string[]) => {
      const watch = createStopStrings(once, stops);
      assert.equal(watch.accept(0), true);
      return [watch.stop, watch.text];
    };
    assert.deepEqual(stopped(['bc', 'ab']), ['ab', 'x']);
    assert.deepEqual(stopped(['ab', 'abc']), ['abc', 'x']);
  });

  test('half a character is never text, and none of them matches', () => {
    assert.deepEqual(run('é', ['\u{fffd}']), { texts: ['', 'é'], stop: undefined, text: 'é' });
    assert.deepEqual(run(Uint8Array.of(0xc3), []), { texts: [''], stop: undefined, text: '\u{fffd}' });
  });

  test('an empty string is refused', () => {
    assert.throws(() => createStopStrings(bytes, ['']), RangeError);
  });

  test('property: the text is the answer up to the first stop string, and only grows', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 30 });
    await forAll(
      [
        letters,
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 4 }), {
          maxLength: 4,
        }),
      ],
      (answer, stops) => {
        const { texts, stop, text } = run(answer, stops);
        for (const [i, each] of texts.entries()) assert.ok((texts[i + 1] ?? text).startsWith(each));
        if (stop === undefined) {
          assert.equal(text, answer);
          assert.ok(stops.every((each) => !answer.includes(each)));
        } else {
          assert.ok(answer.startsWith(text + stop));
          assert.ok(stops.every((each) => !text.includes(each)));
        }
      },
    );
  });
});

test('property: pieces of a detokenizer are the decoding of all bytes', async () => {
  await forAll([fc.uint8Array({ maxLength: 40 })], (input) => {
    const detokenizer = createDetokenizer(bytes);
    const pieces = [...input].map((token) => detokenizer.push(token));
    assert.equal(
      pieces.join('') + detokenizer.end(),
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(input),
    );
    for (const piece of pieces) assert.doesNotMatch(piece, /^[\udc00-\udfff]|[\ud800-\udbff]$/);
  });
});
