import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Evidence, encodeEvidence, receiptDigest } from '@isobit/receipt';
import { tempDir } from '@isobit/testing';
import { buildPage } from '@isobit/web';
import type { Browser, Page } from 'playwright-core';
import { digits, type SceneOptions } from './digits.ts';
import { type StubNode, startStubNode } from './stub-node.ts';

/** What a page says of honest evidence once it has run it. */
export const HONEST = {
  integrity: 'verified',
  signer: 'verified',
  log: 'verified',
  model: 'verified',
  execution: 'verified',
  usage: 'verified',
  hardware: 'unchecked',
  payment: 'unchecked',
};

export interface Tab {
  readonly node: StubNode;
  readonly page: Page;
  readonly evidence: Evidence;
  /** What the browser complained of; whatever is left at the end fails the test. */
  readonly complaints: string[];
}

let html: Promise<Uint8Array> | undefined;

/** A node with the page, an empty tab, and evidence that neither has seen. */
export async function openTab(t: TestContext, browser: Browser, options: SceneOptions = {}): Promise<Tab> {
  html ??= buildPage({ outDir: tempDir(t) }).then((built) => built.html);
  const node = await startStubNode(await html);
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  t.after(async () => {
    await page.close();
    await node[Symbol.asyncDispose]();
    const unexpected = complaints.filter((text) => !/Failed to load resource|ERR_CONNECTION/.test(text));
    assert.deepEqual(unexpected, []);
  });
  return { node, page, evidence: await digits(options), complaints };
}

export async function visit(node: StubNode, page: Page, evidence: Evidence): Promise<void> {
  const digest = receiptDigest(evidence.receipt);
  node.evidence.set(digest, encodeEvidence(evidence));
  await page.goto(`${node.url}/r/${digest}`);
  await page.locator('article h2').waitFor();
}

/** Presses the button and waits for the run to end. */
export async function runAgain(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /^Run it/ });
  const old = await button.elementHandle();
  await button.click();
  await page.waitForFunction((before) => !before?.isConnected && !document.querySelector('.progress'), old);
}

export async function judgeAgain(page: Page): Promise<void> {
  const old = await page.locator('article').elementHandle();
  await page.getByRole('button', { name: 'Judge again' }).click();
  await page.waitForFunction((before) => !before?.isConnected && document.querySelector('article'), old);
}

export const openTrust = (page: Page) => page.locator('#trust > summary').click();

export const headline = (page: Page): Promise<string> => text(page, 'article h2');

export const problem = (page: Page): Promise<string> => text(page, '#problem:not([hidden])');

export const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).first().textContent()) ?? '';

export async function statuses(page: Page): Promise<Record<string, string>> {
  await page.locator('article .verdict').waitFor();
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll('tr[data-claim]')].map((row) => [
        (row as HTMLElement).dataset['claim'] ?? '',
        row.querySelector('.status')?.textContent ?? '',
      ]),
    ),
  );
}

/** Drops files on the page, as a hand would. @param url opened first, where given */
export async function drop(
  page: Page,
  url: string | undefined,
  files: Record<string, Uint8Array>,
): Promise<void> {
  if (url) await page.goto(url);
  const entries = Object.entries(files).map(
    ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const,
  );
  await page.evaluate((given) => {
    const transfer = new DataTransfer();
    for (const [name, data] of given) {
      transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
    }
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer }));
  }, entries);
}

export const paste = (page: Page, pasted: string): Promise<void> =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', text);
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  }, pasted);
