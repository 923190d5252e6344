import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { builds } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { need, repositoryPath } from '@isobit/testing';
import type { Browser } from 'playwright-core';
import { serveModules } from './module-server.ts';
import { startBrowser } from './start-browser.ts';

const relative = (path: string): string => path.slice(repositoryPath('').length).replace(/^\/*/, '/');

describe('the engine in a browser', need('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  const files = Object.fromEntries(builds.map((build) => [build, relative(wasmPath(build))]));
  const script = relative(`${import.meta.dirname}/run.ts`);

  for (const [threads, build] of [
    [1, 'single'],
    [2, 'shared'],
  ] as const) {
    test(`has the bits of the slow reference, threads: ${threads}`, async () => {
      await using server = await serveModules('<!doctype html><title>engine</title>');
      const page = await browser.newPage();
      await page.goto(server.origin);
      const found = await page.evaluate(
        (options) =>
          new Promise<string>((resolve) => {
            const worker = new Worker(options.script, { type: 'module' });
            worker.onmessage = ({ data }) => resolve(String(data));
            worker.onerror = (event) => resolve(`error: ${event.message}`);
            worker.postMessage(options);
          }),
        { threads, files, script },
      );
      assert.equal(found, `passed: ${build}`);
      await page.close();
    });
  }
});
