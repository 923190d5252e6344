import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { firstTokenDifference, isTokenTrace, type TokenTrace, traceKind, traceRoot } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyTokenTrace } from './text-arbitraries.ts';
import { salt } from './vectors/exchange.ts';

const nonEmpty = anyTokenTrace.filter(({ steps }) => steps.length > 0);

test('a trace of tokens reads back from its bytes, as one of tokens', () =>
  forAll([anyTokenTrace], (trace) => {
    const read = traceKind.decode(traceKind.encode(trace));
    assert.deepEqual(read, trace);
    assert.ok(isTokenTrace(read));
    assert.equal(firstTokenDifference(trace, read), undefined);
  }));

test('a change of any step changes the root, and is found where it is', () =>
  forAll([nonEmpty, fc.nat(), fc.constantFrom('token', 'logits')], (trace, n, member) => {
    const at = n % trace.steps.length;
    const steps = trace.steps.map((step, i) => {
      if (i !== at) return step;
      return member === 'token'
        ? { ...step, token: step.token + 1 }
        : { ...step, logits: step.logits.replace(/^./, (c) => (c === '0' ? '1' : '0')) };
    });
    const changed: TokenTrace = { ...trace, steps };
    assert.notEqual(traceRoot(changed, salt), traceRoot(trace, salt));
    const found = firstTokenDifference(trace, changed);
    assert.deepEqual([found?.index, found?.kind], [at, member]);
    const cut = { ...trace, steps: trace.steps.slice(0, at) };
    assert.deepEqual(firstTokenDifference(trace, cut), {
      index: at,
      claimed: trace.steps[at],
      kind: 'length',
    });
  }));

test('the root of a token step is never that of an operator step', () => {
  // No steps: the two have one root, that of the empty tree.
  assert.equal(
    traceRoot({ isobit: 'trace/1', steps: [] }, salt),
    traceRoot({ isobit: 'trace/1', kind: 'tokens', steps: [] }, salt),
  );
  const one = { choice: 0, token: 1, logits: '0'.repeat(64) };
  const asTokens = traceRoot({ isobit: 'trace/1', kind: 'tokens', steps: [one] }, salt);
  const asOperators = traceRoot({ isobit: 'trace/1', steps: [one as never] }, salt);
  assert.notEqual(asTokens, asOperators);
  assert.notEqual(
    asTokens,
    traceRoot({ isobit: 'trace/1', kind: 'tokens', steps: [one] }, new Uint8Array(32)),
  );
});

test('a trace of a kind that is not known is refused', () => {
  for (const kind of ['operators', null, 1, 'Tokens'])
    assert.throws(
      () => traceKind.parse({ isobit: 'trace/1', kind, steps: [] }),
      (error) => isCoded(error, 'DOCUMENT_INVALID'),
      String(kind),
    );
});
