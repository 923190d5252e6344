import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSigningGate, type SigningStop } from '../src/signing-gate.ts';

test('it is closed until the start is done', () => {
  const gate = createSigningGate();
  assert.throws(() => gate.check(), { code: 'SIGNING_REFUSED' });
  gate.started();
  gate.check();
});

for (const stop of ['log-behind', 'log-forked', 'key-elsewhere', 'self-test'] satisfies SigningStop[]) {
  test(`"${stop}" is for good, says why, and is told once`, async () => {
    const gate = createSigningGate();
    const told: string[] = [];
    gate.onClose((reason) => told.push(reason));
    gate.close(stop);
    gate.started();
    gate.close('self-test');
    assert.equal(gate.stop, stop);
    assert.throws(
      () => gate.check(),
      (error: { details: { stop: string } }) => error.details.stop === stop,
    );
    await new Promise((resolve) => gate.onClose(resolve));
    assert.deepEqual(told, [gate.reason]);
  });
}
