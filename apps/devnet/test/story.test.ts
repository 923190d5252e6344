import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listRunning } from '@isobit/node';
import { chromiumPath, need } from '@isobit/testing';
import { chromium } from 'playwright-core';
import { type Running, startIsobit } from './isobit.ts';
import { allGone, descendantsOf } from './processes.ts';
import { QUIET } from './quiet-browser.ts';

describe('the pages of the lies', () => {
  let home: string;
  let up: Running;
  let page: string;
  let textPage: string;
  /** First differences, as the story tells them: place, what is in the answer, what the model gives. */
  let difference: RegExpExecArray;
  let textDifference: RegExpExecArray;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'isobit-home-'));
    up = startIsobit(['up', '--nodes', '2'], { home });
    page = (await up.line(/refused in your own browser: (http\S+)$/))[1] as string;
    textPage = (await up.line(/token by token:\s+(http\S+)$/))[1] as string;
    difference = await up.line(/first difference: (\w+\[\d+\]) is (\S+) in the answer, (\S+) when run again/);
    textDifference = await up.line(
      /first difference: (token \d+ of the answer) is (.+) in the answer, (.+) when drawn again/,
    );
  });
  after(async () => {
    await up[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  test('are served as long as the network is up', async () => {
    for (const url of [page, textPage]) {
      const answer = await fetch(url);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
      const evidence = await fetch(url.replace('/r/', '/evidence/'));
      assert.equal(evidence.status, 200);
    }
  });

  const lies = {
    'a lie in tensors': () => [page, difference] as const,
    'a lie in a story': () => [textPage, textDifference] as const,
  };
  for (const [what, lie] of Object.entries(lies))
    test(`refuse ${what} in a browser, and stop where it is`, need('chromium'), async (t) => {
      const executablePath = chromiumPath();
      const browser = await chromium.launch({ args: QUIET, ...(executablePath ? { executablePath } : {}) });
      t.after(() => browser.close());
      const tab = await browser.newPage();
      tab.setDefaultTimeout(60_000);
      const [url, [, place, claimed, computed]] = lie();
      await tab.goto(url);
      const text = async (selector: string): Promise<string> =>
        (await tab.locator(selector).first().textContent()) ?? '';
      await tab.locator('article h2').waitFor();
      assert.equal(await text('article h2'), 'Nobody has run it again yet.');
      assert.equal(await text('[data-claim=integrity] .status'), 'verified');
      await tab.getByRole('button', { name: 'Run it again in this tab' }).click();
      await tab.locator('.difference').waitFor();
      assert.equal(await text('article h2'), 'This answer is not what the model gives.');
      assert.equal(await text('[data-claim=execution] .status'), 'refuted');
      assert.equal(await text('.difference h3'), `First difference: ${place}`);
      assert.equal(await text('.both .claimed'), claimed);
      assert.equal(await text('.both .computed'), computed);
    });

  test('no node outlives the one who started it, kill -9 included', async () => {
    const [node] = await listRunning(home);
    const folder = dirname(node?.dataDir ?? '');
    assert.match(folder, /isobit-up-/);
    const [command, ...others] = descendantsOf(up.pid);
    assert.ok(others.length >= 4, 'two nodes, and what runs their models');
    process.kill(command as number, 'SIGKILL');
    await allGone(others);
    assert.notEqual(await up.exited, 0);
    assert.deepEqual(await listRunning(home), [], 'nobody is announced that is gone');
    // What was killed could not tidy up.
    await rm(folder, { recursive: true });
  });
});
