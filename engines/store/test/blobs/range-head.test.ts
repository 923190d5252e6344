import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { utf8 } from '@isobit/core';
import fc from 'fast-check';
import { headEnd, readRangeHead } from '../../src/blobs/http/direct/range-head.ts';

const RANGE = { start: 5, end: 15, size: 20 };
const PLAIN = ['HTTP/1.1 206 Partial Content', 'Content-Length: 10', 'Content-Range: bytes 5-14/20'];
const read = (...lines: string[]) => readRangeHead(utf8(lines.join('\r\n')), RANGE);

suite('the head of a range', () => {
  test('is taken where it says what was asked for', () => {
    assert.deepEqual(read(...PLAIN), { keepAlive: true });
    assert.deepEqual(read(...PLAIN, 'Connection: keep-alive'), { keepAlive: true });
    assert.deepEqual(read(...PLAIN, 'connection:close\t'), { keepAlive: false });
    assert.deepEqual(read('HTTP/1.1 206', ...PLAIN.slice(1), 'Set-Cookie: a', 'Set-Cookie: b'), {
      keepAlive: true,
    });
  });

  const [status, length, range] = PLAIN as [string, string, string];
  const others: [string, string[]][] = [
    ['another status', ['HTTP/1.1 200 OK', length, range]],
    ['another version', ['HTTP/1.0 206 Partial Content', length, range]],
    ['no HTTP', ['SSH-2.0-OpenSSH_9.6']],
    ['another length', [status, 'Content-Length: 11', range]],
    ['a length with a sign', [status, 'Content-Length: +10', range]],
    ['two lengths', [...PLAIN, 'Content-Length: 10']],
    ['no length', [status, range]],
    ['another range', [status, length, 'Content-Range: bytes 5-15/20']],
    ['another size', [status, length, 'Content-Range: bytes 5-14/21']],
    ['no range', [status, length]],
    ['chunks', [...PLAIN, 'Transfer-Encoding: chunked']],
    ['an encoding', [...PLAIN, 'Content-Encoding: identity']],
    ['a folded line', [...PLAIN, ' more']],
    ['a space before the colon', [...PLAIN, 'X : y']],
    ['a line without a colon', [...PLAIN, 'nonsense']],
    ['a control character', [...PLAIN, 'X: a\0b']],
    ['a bare line feed', [...PLAIN, 'X: a\nTransfer-Encoding: chunked']],
  ];
  for (const [what, lines] of others)
    test(`is left to a full client where it has ${what}`, () => assert.equal(read(...lines), undefined));

  test('ends at the first empty line, however the bytes come', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n') }), fc.nat(40), (text, cut) => {
        const bytes = utf8(text);
        const end = text.indexOf('\r\n\r\n');
        assert.equal(headEnd(bytes, 0), end);
        const seen = Math.min(cut, bytes.length);
        if (headEnd(bytes.subarray(0, seen), 0) < 0) assert.equal(headEnd(bytes, seen), end);
      }),
    );
  });
});
