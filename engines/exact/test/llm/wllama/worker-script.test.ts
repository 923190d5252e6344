import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { utf8 } from '@isobit/core';
import { need } from '@isobit/testing';
import type { Browser } from 'playwright-core';
import { workerScript } from '../../../src/llm/wllama/browser/worker-script.ts';
import { serveModules } from '../engine/browser/module-server.ts';
import { startBrowser } from '../engine/browser/start-browser.ts';

const DOORS = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'WebTransport',
  'importScripts',
  'caches',
];

/** In wllama's place: says what it can reach, itself and in a thread that it starts as wllama does. */
const STUB = `
module.exports.Wllama = class {
  start(code) {
    const script = new Blob([code], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(script), { type: 'module' });
  }
  here() {
    return ${JSON.stringify(DOORS)}.filter((name) => self[name] !== undefined);
  }
  there() {
    return new Promise((resolve) => {
      const thread = this.start(\`
        onmessage = async ({ data }) => {
          const binary = await (await fetch(data)).arrayBuffer();
          const reached = ${JSON.stringify(DOORS)}.filter((name) => self[name] !== undefined);
          postMessage({ data, reached, binary: [...new Uint8Array(binary)] });
        };
      \`);
      thread.onmessage = ({ data }) => resolve(data);
      thread.postMessage('https://wllama.invalid/any');
    });
  }
  getLogits() {
    return [{ token: 7, p: 0.5 }, { token: 3, p: Number.NaN }];
  }
  fails() {
    throw new Error('as it should');
  }
  breaks() {
    this.start('throw new Error("a thread that breaks")');
    return new Promise(() => {});
  }
};
`;

describe('the workers of wllama', need('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  test('reach no network, are handed the binary, and say what fails', async () => {
    await using server = await serveModules('<!doctype html><title>workers</title>');
    const page = await browser.newPage();
    await page.goto(server.origin);
    const said = (await page.evaluate(
      async ({ script, methods }) => {
        const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
        worker.postMessage(Uint8Array.of(1, 2, 3));
        const answers: unknown[] = [];
        for (const [id, method] of methods.entries())
          answers.push(
            await new Promise((resolve) => {
              worker.onmessage = ({ data }) => resolve(data);
              worker.onerror = ({ message }) => resolve(message);
              worker.postMessage({ id, method, given: [] });
            }),
          );
        return answers;
      },
      {
        script: await workerScript(utf8(STUB)).text(),
        methods: ['here', 'there', 'getLogits', 'fails', 'breaks'],
      },
    )) as [object, object, object, object, { broken: string }];
    assert.deepEqual(said.slice(0, 4), [
      { id: 0, result: [] },
      { id: 1, result: { data: 'https://wllama.invalid/any', reached: ['fetch'], binary: [1, 2, 3] } },
      { id: 2, result: [Int32Array.of(7, 3), Float32Array.of(0.5, Number.NaN)] },
      { id: 3, failed: 'as it should' },
    ]);
    assert.match(said[4].broken, /a thread that breaks/);
  });
});
