import assert from 'node:assert/strict';
import { chromiumPath } from '@isobit/testing';
import { chromium } from 'playwright-core';
import type { Running } from './isobit.ts';
import { QUIET } from './quiet-browser.ts';

/** A lie that `isobit up` told of. */
export interface ToldLie {
  /** Its receipt page. */
  readonly page: string;
  /** Its first difference: place, what is in the answer, what the model gives. */
  readonly place: string;
  readonly claimed: string;
  readonly computed: string;
}

/** How `isobit up` tells where the page of a lie is, and what is false. */
const TOLD = {
  tensors: [
    /refused in your own browser: (http\S+)$/,
    /first difference: (\w+\[\d+\]) is (\S+) in the answer, (\S+) when run again/,
  ],
  story: [
    /token by token:\s+(http\S+)$/,
    /first difference: (token \d+ of the answer) is (.+) in the answer, (.+) when drawn again/,
  ],
} as const;

export async function toldLie(up: Pick<Running, 'line'>, what: keyof typeof TOLD): Promise<ToldLie> {
  const [pages, differences] = TOLD[what];
  const [, page] = await up.line(pages);
  const [, place, claimed, computed] = await up.line(differences);
  return { page, place, claimed, computed } as ToldLie;
}

/** Opens the page, has the answer run again in the tab, and expects it to be refused where it lies. */
export async function refusesInTab({ page, place, claimed, computed }: ToldLie): Promise<void> {
  const executablePath = chromiumPath();
  await using cleanup = new AsyncDisposableStack();
  const browser = await chromium.launch({ args: QUIET, ...(executablePath ? { executablePath } : {}) });
  cleanup.defer(() => browser.close());
  const tab = await browser.newPage();
  tab.setDefaultTimeout(60_000);
  await tab.goto(page);
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
}
