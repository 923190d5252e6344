import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { limits } from '@isobit/core';
import { engineDigest } from '@isobit/exact';
import { encodeEvidence, type Response, responseTensors, type Tensor } from '@isobit/receipt';
import { need, repositoryPath, tempDir } from '@isobit/testing';
import { elementText } from '@isobit/verify';
import { buildPage } from '@isobit/web';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { model, modelRoot, swapThreeAndEight, wasm } from './digits.ts';
import {
  drop,
  HONEST,
  headline,
  openTab,
  openTrust,
  problem,
  runAgain,
  statuses,
  text,
  visit,
} from './tab.ts';

const MODEL_FILE = repositoryPath('models/digits/model.onnx');
const WASM_FILE = repositoryPath('node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm');

suite('the page runs it again', need('chromium'), () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  test('opens /r/{digest}, runs it again and confirms: Chromium gives the bits that Node gave', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    await visit(node, page, evidence);
    assert.equal(await headline(page), 'Nobody has run it again yet.');
    assert.deepEqual(await statuses(page), { ...HONEST, execution: 'unchecked' });
    assert.deepEqual(
      node.asked.map((path) => path.split('/')[1]),
      ['r', 'evidence'],
    );
    await runAgain(page);
    assert.equal(await headline(page), 'Everything that was checked holds.');
    assert.deepEqual(await statuses(page), HONEST);
    assert.match(await text(page, '.not-checked'), /whether the answer is true/);
    assert.match(await text(page, '.answer'), /^The evidence says 3 with a score of 0\.\d+/);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2');
  });

  test('stops a lie at the value and the operator', async (t) => {
    const { node, page, evidence } = await openTab(t, browser, { lie: swapThreeAndEight, traced: true });
    await visit(node, page, evidence);
    await runAgain(page);
    assert.equal(await headline(page), 'This answer is not what the model gives.');
    assert.equal(
      await text(page, '.headline p'),
      'The worker signed “8”. Run again in this tab, the model gives “3”.',
    );
    assert.deepEqual(await statuses(page), { ...HONEST, execution: 'refuted' });
    assert.equal(await text(page, '.difference h3'), 'First difference: scores[3]');
    const [output] = responseTensors(evidence.response as Response);
    assert.equal(await text(page, '.both .claimed'), elementText(output as Tensor, 3));
    assert.equal(await text(page, '.both .computed'), elementText(output as Tensor, 8));
    assert.match(await text(page, '.operator h3'), /^First differing operator: scores \(Softmax\)/);
    assert.match(await text(page, '.operator p'), /^It read the same values in both runs/);
    assert.equal(await page.locator('.digests tr').count(), 3);
  });

  test('wrong bytes for the engine or the model, and a node that is gone, leave the answer unchecked', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    await visit(node, page, evidence);
    node.engines.set(engineDigest, wasm.subarray(0, 1000));
    await runAgain(page);
    assert.equal(await headline(page), 'The answer could not be checked here.');
    assert.match(await text(page, '[data-claim=execution] .detail'), /served other bytes/);
    node.engines.set(engineDigest, wasm);
    node.blobs.set(
      modelRoot,
      model.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)),
    );
    await runAgain(page);
    assert.match(await text(page, '[data-claim=execution] .detail'), /block 0 does not belong to/);
    await openTrust(page);
    await page.fill('#node', 'http://127.0.0.1:9');
    await runAgain(page);
    assert.match(
      await text(page, '[data-claim=execution] .detail'),
      /no node answers at http:\/\/127\.0\.0\.1:9/,
    );
    assert.match(await problem(page), /isobit node --origin http:\/\/127/);
    await page.fill('#node', 'ftp://x');
    await runAgain(page);
    assert.match(await problem(page), /NODE_INVALID/);
    assert.equal((await statuses(page))['execution'], 'unchecked');
  });

  test('a run is stopped by its button or by its silence, and the page goes on', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    await visit(node, page, evidence);
    node.givesEngine = false;
    await page.getByRole('button', { name: 'Run it again in this tab' }).click();
    await page.getByText('Fetching the engine').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    assert.match(await problem(page), /^Stopped/);
    await page.clock.install();
    await page.getByRole('button', { name: 'Run it again in this tab' }).click();
    await page.getByText('Fetching the engine').waitFor();
    await page.clock.fastForward(limits.pageSilenceMs);
    assert.match(await problem(page), /^Nothing happened for 120 seconds.*RUN_TOO_LONG/);
    await page.clock.resume();
    node.givesEngine = true;
    await runAgain(page);
    assert.deepEqual(await statuses(page), HONEST);
  });

  test('as a file from disk it works offline, with the model and the engine from disk', async (t) => {
    const folder = tempDir(t);
    const { files } = await buildPage({ outDir: folder });
    const { page, evidence, node } = await openTab(t, browser);
    const path = join(folder, 'honest.isobit.json');
    await writeFile(path, encodeEvidence(evidence));
    await page.context().setOffline(true);
    await page.goto(pathToFileURL(files[0] as string).href);
    await page.setInputFiles('#file', path);
    assert.deepEqual(await statuses(page), { ...HONEST, execution: 'unchecked' });
    await page.getByRole('button', { name: 'Run it again in this tab' }).click();
    assert.match(await problem(page), /^Name a node/);
    await page.setInputFiles('#bytes', [MODEL_FILE]);
    await runAgain(page);
    assert.match(await text(page, '[data-claim=execution] .detail'), /none of them is the engine/);
    await page.setInputFiles('#bytes', [WASM_FILE, MODEL_FILE]);
    await runAgain(page);
    assert.deepEqual(await statuses(page), HONEST);
    assert.deepEqual(node.asked, []);
  });

  test('a model dropped on the page is used before what the node has', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    await visit(node, page, evidence);
    await drop(page, undefined, { 'any-name.onnx': model });
    assert.equal(await problem(page), 'Kept for running again: any-name.onnx.');
    for (const name of ['model.gguf', 'index.cjs']) {
      await drop(page, undefined, { [name]: new Uint8Array(8) });
      await page.getByText(`Kept for running again: ${name}.`).waitFor();
    }
    await runAgain(page);
    assert.deepEqual(await statuses(page), HONEST);
    assert.equal(node.asked.filter((path) => path.startsWith('/blobs/')).length, 0);
  });
});
