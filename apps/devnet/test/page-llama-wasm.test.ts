import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Client, createClient, type TextAnswer } from '@isobit/client';
import { nodeKey, sha256, utf8 } from '@isobit/core';
import { wllamaDigest, wllamaScriptDigest } from '@isobit/exact';
import { otherModels } from '@isobit/exact/testing';
import {
  createTextResponse,
  type Evidence,
  encodeEvidence,
  llamaWasm,
  profileDigest,
  receiptDigest,
  responseDigest,
  saltOf,
  signReceipt,
} from '@isobit/receipt';
import { chromiumPath, need } from '@isobit/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createDevnet, createOperator, type Devnet, type NodeProcess } from '../src/index.ts';
import { QUIET } from './quiet-browser.ts';

const TOKENS = 20;
const LIE_AT = 12;
/** Of an architecture that llm-exact-1 does not describe. */
const model = otherModels.gpt2();

describe('the page draws a text of llama-wasm-1 again', need('chromium', 'native'), () => {
  let dir: string;
  let devnet: Devnet;
  let node: NodeProcess;
  let client: Client;
  let answer: TextAnswer;
  let browser: Browser;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'isobit-page-'));
    devnet = createDevnet({ dir, pageCache: join(dir, 'page') });
    node = await devnet.add({ options: { llamaWasm: true, languageMemoryMiB: 512 } });
    const files = [{ path: 'other.gguf', bytes: model }];
    const { id } = await createOperator(node).publish({ name: 'other', entry: 'other.gguf', files });
    client = createClient({ baseUrl: node.http, token: node.token });
    answer = await client.generate({
      model: id,
      prompt: { text: 'abc' },
      maxTokens: TOKENS,
      sampling: { temperature: '1', logitBias: { 2: '-100' } },
      check: 'signature',
    });
    const executablePath = chromiumPath();
    browser = await chromium.launch({ args: QUIET, ...(executablePath ? { executablePath } : {}) });
  });
  after(async () => {
    await browser?.close();
    await devnet[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The same answer with another token in it, by somebody who signs that. */
  function lied({ evidence, response }: TextAnswer): Evidence {
    const { request, receipt, manifest } = evidence;
    const [first] = response.choices;
    assert.ok(request && manifest && first);
    const tokens = first.tokens.with(LIE_AT, first.tokens[LIE_AT] === 40 ? 41 : 40);
    const lie = createTextResponse({ promptTokens: response.promptTokens, choices: [{ ...first, tokens }] });
    const liar = nodeKey(sha256(utf8('liar')));
    const body = { ...receipt, worker: liar.address, response: responseDigest(lie, saltOf(request)) };
    return { isobit: 'evidence/1', receipt: signReceipt(body, liar), manifest, request, response: lie };
  }

  const textOf = async (tab: Page, selector: string): Promise<string> =>
    (await tab.locator(selector).first().textContent()) ?? '';

  async function runAgain(tab: Page): Promise<string> {
    assert.equal(await textOf(tab, '[data-claim=execution] .status'), 'unchecked');
    await tab.getByRole('button', { name: /^Run it/ }).click();
    await tab.locator('.progress').waitFor({ state: 'detached' });
    return textOf(tab, '[data-claim=execution] .status');
  }

  async function open(t: { after(hook: () => unknown): void }, evidence: Evidence): Promise<Page> {
    await client.api.keepEvidence(evidence);
    const tab = await browser.newPage();
    t.after(() => tab.close());
    await tab.goto(`${node.http}/r/${receiptDigest(evidence.receipt)}`);
    await tab.locator('article h2').waitFor();
    assert.match(await textOf(tab, '.offer p'), /This engine is a slow one/);
    return tab;
  }

  test('Chromium gives the bits that Node gave, so every token is confirmed', async (t) => {
    assert.equal(answer.evidence.receipt.profile, profileDigest(llamaWasm));
    const tab = await open(t, answer.evidence);
    assert.equal(await runAgain(tab), 'verified');
    assert.equal(await textOf(tab, 'article h2'), 'Everything that was checked holds.');
    assert.equal(await textOf(tab, '.count'), `${TOKENS} of ${TOKENS} tokens drawn again here: the same`);
  });

  test('a token that was changed stops it there, both values beside it', async (t) => {
    const tab = await open(t, lied(answer));
    assert.equal(await runAgain(tab), 'refuted');
    assert.equal(await textOf(tab, 'article h2'), 'This answer is not what the model gives.');
    assert.equal(await textOf(tab, '.difference h3'), `First difference: token ${LIE_AT + 1} of the answer`);
    assert.match(await textOf(tab, '.both .claimed'), /\(id 4[01]\)$/);
    const honest = answer.response.choices[0]?.tokens[LIE_AT];
    assert.match(await textOf(tab, '.both .computed'), new RegExp(`\\(id ${honest}\\)$`));
    assert.match(await textOf(tab, '.count'), new RegExp(`^${LIE_AT} tokens drawn again here`));
  });

  test('the page as a file does so offline, with model, binary and script from disk', async (t) => {
    const fetched = async (path: string): Promise<Uint8Array> =>
      new Uint8Array(await (await client.api.request(path)).arrayBuffer());
    const files = {
      'page.html': await fetched('/'),
      'model.gguf': model,
      'wllama.wasm': await fetched(`/engines/${wllamaDigest}`),
      'index.cjs': await fetched(`/engines/${wllamaScriptDigest}`),
      'told.isobit.json': encodeEvidence(answer.evidence),
    };
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes);
    const tab = await browser.newPage();
    t.after(() => tab.close());
    await tab.context().setOffline(true);
    await tab.goto(pathToFileURL(join(dir, 'page.html')).href);
    await tab.setInputFiles('#file', join(dir, 'told.isobit.json'));
    await tab.locator('article h2').waitFor();
    const chosen = (...names: string[]) =>
      tab.setInputFiles(
        '#bytes',
        names.map((name) => join(dir, name)),
      );
    await chosen('model.gguf', 'wllama.wasm');
    assert.equal(await runAgain(tab), 'unchecked');
    assert.match(await textOf(tab, '[data-claim=execution] .detail'), /none of them is the engine/);
    await chosen('model.gguf', 'wllama.wasm', 'index.cjs');
    assert.equal(await runAgain(tab), 'verified');
  });
});
