import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interruptSignal } from '../src/interrupts.ts';

function fakeProcess() {
  const listeners = new Map<string, () => void>();
  const codes: number[] = [];
  let time = 1_000;
  const signal = interruptSignal({
    on: (name, listener) => listeners.set(name, listener),
    exit: (code) => void codes.push(code),
    now: () => time,
  });
  return {
    signal,
    codes,
    wait(ms: number): void {
      time += ms;
    },
    send: (name: string) => listeners.get(name)?.(),
  };
}

test('the first Ctrl-C aborts, a second one ends the process', () => {
  const { signal, codes, wait, send } = fakeProcess();
  assert.equal(signal.aborted, false);
  send('SIGINT');
  assert.equal(signal.aborted, true);
  assert.deepEqual(codes, []);
  wait(1_000);
  send('SIGINT');
  assert.deepEqual(codes, [130]);
});

test('one press that arrives twice is one', () => {
  const { codes, wait, send } = fakeProcess();
  send('SIGINT');
  send('SIGINT');
  wait(100);
  send('SIGINT');
  assert.deepEqual(codes, []);
});

test('being asked to end, or losing the terminal, is the same', () => {
  for (const name of ['SIGTERM', 'SIGHUP']) {
    const { signal, send } = fakeProcess();
    send(name);
    assert.equal(signal.aborted, true);
  }
});
