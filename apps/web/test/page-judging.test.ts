import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { limits, toHex } from '@isobit/core';
import { encodeEvidence, evidenceFragment } from '@isobit/receipt';
import { need } from '@isobit/testing';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { digits, keyOf, swapThreeAndEight, witness, witnessVkey, worker } from './digits.ts';
import {
  drop,
  headline,
  judgeAgain,
  openTab,
  openTrust,
  paste,
  problem,
  statuses,
  text,
  visit,
} from './tab.ts';

suite('the page judges', need('chromium'), () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  test('a value changed after signing is refused before anything runs', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    const lied = await digits({ lie: swapThreeAndEight });
    await drop(page, node.url, {
      'a.isobit.json': encodeEvidence({ ...evidence, response: lied.response as never }),
    });
    assert.equal(await headline(page), 'What is shown here is not what was signed.');
    assert.equal((await statuses(page))['integrity'], 'refuted');
    assert.equal(await page.getByRole('button', { name: /^Run it/ }).count(), 0);
  });

  test('what is no evidence is said to be none', async (t) => {
    const { node, page } = await openTab(t, browser);
    await drop(page, node.url, { 'a.json': Buffer.from('{"isobit":"evidence/1"}') });
    assert.equal(await headline(page), 'This is no evidence that can be read.');
    await drop(page, node.url, { 'a.json': Buffer.from('{"isobit":"evidence/9"}') });
    assert.equal(await headline(page), 'This evidence is of a version that this page does not know.');
  });

  test('evidence too large for a page is refused before it is read', async (t) => {
    const { node, page } = await openTab(t, browser);
    await page.goto(node.url);
    await page.evaluate((size) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(size).fill(0x20)], 'huge.isobit.json'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: transfer }));
    }, limits.pageEvidenceBytes + 1);
    assert.match(await problem(page), /^This evidence has 105 MB, .*isobit verify.*EVIDENCE_TOO_LARGE/);
  });

  test('pasted text and pasted links are opened; other text is refused', async (t) => {
    const { node, page, evidence } = await openTab(t, browser, { disclosed: false });
    await page.goto(node.url);
    await paste(page, 'hello');
    assert.match(await problem(page), /PASTE_UNKNOWN/);
    await paste(page, new TextDecoder().decode(encodeEvidence(evidence)));
    assert.equal(await headline(page), 'Too little is disclosed to run it again.');
    const fragment = evidenceFragment(evidence);
    assert.ok(fragment);
    await page.goto(`${node.url}/#${fragment}`);
    assert.equal(await headline(page), 'Too little is disclosed to run it again.');
    await page.goto(`${node.url}/#e=AAAA`);
    assert.match(await problem(page), /CANONICAL_INVALID/);
  });

  test('an address that names no receipt, one the node lacks, and another one than asked for', async (t) => {
    const { node, page, evidence } = await openTab(t, browser);
    await page.goto(`${node.url}/r/nonsense`);
    assert.match(await problem(page), /64 hex digits/);
    const other = toHex(new Uint8Array(32));
    await page.goto(`${node.url}/r/${other}`);
    assert.match(await problem(page), /keeps no evidence of that receipt.*EVIDENCE_UNKNOWN/);
    node.evidence.set(other, encodeEvidence(evidence));
    await page.goto(`${node.url}/r/${other}`);
    assert.match(await problem(page), /do not rely on that node.*EVIDENCE_OTHER/);
  });

  test('words of strangers stay words', async (t) => {
    const title = '<img src=x onerror=alert(1)></script><script>alert(2)</script>\u202e"\'';
    const { node, page, evidence, complaints } = await openTab(t, browser, { title });
    await visit(node, page, evidence);
    assert.match(await text(page, '.facts'), /<img src=x onerror=alert\(1\)>.*\\u\{202e\}/);
    assert.equal(await page.locator('article img, article script').count(), 0);
    const injected = await page.evaluate(() => {
      document.body.append(
        Object.assign(document.createElement('script'), { textContent: 'document.title = "run"' }),
      );
      return document.title;
    });
    assert.notEqual(injected, 'run');
    assert.match(complaints.splice(0).join(), /inline script violates/);
  });

  test('trust: workers, witnesses and their number, and what is typed wrong', async (t) => {
    const { node, page, evidence } = await openTab(t, browser, { cosigned: true });
    await visit(node, page, evidence);
    await openTrust(page);
    await page.fill('#workers', keyOf('other').address);
    await judgeAgain(page);
    assert.equal(await headline(page), 'Somebody you do not trust signed this.');
    await page.fill('#workers', `${worker.address.toUpperCase().replace('0X', '0x')}\n`);
    await page.fill('#witnesses', `${witness.address}\n${witnessVkey}`);
    await page.fill('#threshold', '1');
    await judgeAgain(page);
    assert.match(await text(page, '[data-claim=log] .detail'), /witnessed by/);
    assert.match(await text(page, '[data-claim=signer] .detail'), /whom you trust/);
    await page.fill('#threshold', '2');
    await judgeAgain(page);
    assert.equal((await statuses(page))['log'], 'unchecked');
    await page.fill('#witnesses', 'nobody');
    await page.getByRole('button', { name: 'Judge again' }).click();
    assert.match(await problem(page), /"nobody" is no witness:.*TRUST_INVALID/);
  });
});
