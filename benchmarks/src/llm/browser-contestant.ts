import { serveModules } from '@isobit/exact/testing';
import { type Build, builds } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { chromiumPath, repositoryPath } from '@isobit/testing';
import { chromium } from 'playwright-core';
import type { WorkerCall } from './browser-worker.ts';
import type { Contestant } from './contestant.ts';

const MODEL = '/model.gguf';

/**
 * The engine in Chromium: in a worker of a page that may share memory.
 *
 * @param path the GGUF file that it loads, whatever path it is told
 * @returns undefined where there is no Chromium
 */
export async function startBrowserContestant(
  path: string,
): Promise<(Contestant & AsyncDisposable) | undefined> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return undefined;
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(
    await serveModules('<!doctype html><title>engine</title>', new Map([[MODEL, path]])),
  );
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  cleanup.defer(() => browser.close());
  const page = await browser.newPage();
  await page.goto(server.origin);
  const inRepository = (file: string): string => file.slice(repositoryPath('').length).replace(/^\/*/, '/');
  const worker = await page.evaluateHandle(
    (script) => new Worker(script, { type: 'module' }),
    inRepository(`${import.meta.dirname}/browser-worker.ts`),
  );
  const kernels = Object.fromEntries(builds.map((build) => [build, inRepository(wasmPath(build))])) as Record<
    Build,
    string
  >;

  async function call(name: WorkerCall['name'], ...args: readonly unknown[]): Promise<number> {
    const answer = await worker.evaluate(
      (it, told: WorkerCall) =>
        new Promise<{ value: number } | { error: string }>((resolve) => {
          it.onmessage = ({ data }) => resolve(data);
          it.onerror = ({ message }) => resolve({ error: message });
          it.postMessage(told);
        }),
      { name, args, kernels },
    );
    if ('error' in answer) throw new Error(`the engine in Chromium: ${answer.error}`);
    return answer.value;
  }

  const resources = cleanup.move();
  return {
    load: (_, options) => call('load', MODEL, options),
    prefill: (tokens) => call('prefill', tokens),
    decode: (tokens, context) => call('decode', tokens, context),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
