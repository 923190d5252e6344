import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { EngineProcess } from '../../src/process/engine-process.ts';
import { writeFrame } from '../../src/process/frames.ts';

/** A process that says what it is told to, and ends when it is killed. */
function createFake() {
  const says = new PassThrough();
  const child = Object.assign(new EventEmitter(), {
    stdio: [null, null, null, says],
    stderr: new PassThrough(),
    kill: () => setImmediate(() => child.emit('exit', null, 'SIGKILL')),
  });
  return { process: new EngineProcess(child as unknown as ChildProcess), says };
}

for (const [what, error] of [
  ['nothing', null],
  ['a code that is no text', { code: { toString: 1 }, message: 'x' }],
  ['a message that is no text', { code: 'RUN_FAILED', message: { toString: 1 } }],
] as const) {
  test(`an error that says ${what} ends the process, and the call with it`, { timeout: 5_000 }, async () => {
    const { process, says } = createFake();
    const ready = process.ready();
    writeFrame(says, { id: 0, error });
    await assert.rejects(ready, (reason) => isCoded(reason, 'ENGINE_CRASHED'));
    assert.equal(process.alive, false);
  });
}
