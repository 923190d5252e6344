import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebWorker } from '../../src/wllama/web-worker.ts';

/** Starts a script as a page would, and waits for what it posts. */
function posted(script: string): Promise<unknown> {
  const url = URL.createObjectURL(new Blob([script]));
  const worker = new WebWorker(url);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
  }).finally(() => {
    worker.terminate();
    URL.revokeObjectURL(url);
  });
}

test('a script has what a page gives it', async () => {
  assert.deepEqual(await posted('postMessage([typeof self, typeof onmessage])'), ['object', 'undefined']);
  await assert.rejects(posted("throw new Error('from within')"), /from within/);
});

test('it has no network', async () => {
  const script = `
    const attempt = (work) => { try { work(); return 'done'; } catch ({ code }) { return code; } };
    postMessage([
      attempt(() => require('node:net').connect(9)),
      attempt(() => require('node:http').get('http://127.0.0.1:9')),
      attempt(() => fetch('http://127.0.0.1:9')),
    ]);
  `;
  assert.deepEqual(await posted(script), Array(3).fill('ERR_ENGINE_SEALED'));
});
