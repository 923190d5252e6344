import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { llamaWasm, ofKind, type Response } from '@isobit/receipt';
import { need } from '@isobit/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { LIE_AT, nonsense, otherToken } from './nonsense.ts';
import { HONEST, headline, openTab, runAgain, statuses, text, visit } from './tab.ts';

/** The confirmed part of the answer at each change of it, from now on. */
const watchConfirmed = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const now = document.querySelector('.answer-text .confirmed')?.textContent ?? '';
      if (now !== seen.at(-1)) seen.push(now);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });

const seenOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);

suite('the page draws a text again', need('chromium'), () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  test('shows question and answer, and confirms them token by token with bytes fetched by digest', async (t) => {
    const { node, page } = await openTab(t, browser);
    const evidence = await nonsense();
    const [answer] = ofKind(evidence.response as Response, 'text').choices;
    await visit(node, page, evidence);
    assert.equal(await headline(page), 'Nobody has run it again yet.');
    assert.equal(await text(page, '.talk dd'), 'abc');
    assert.equal(await text(page, '.talk .settings'), 'temperature 1.2, at most 24 tokens');
    assert.equal(await text(page, '.answer-text'), answer?.text);
    assert.match(await text(page, '.offer p'), /draws every token again/);
    await watchConfirmed(page);
    await runAgain(page);
    assert.equal(await headline(page), 'Everything that was checked holds.');
    assert.deepEqual(await statuses(page), HONEST);
    assert.equal(await text(page, '.answer-text .confirmed'), answer?.text);
    assert.equal(await text(page, '.count'), '24 of 24 tokens drawn again here: the same');
    const grown = await seenOf(page);
    assert.ok(grown.every((each) => answer?.text.startsWith(each)));
    assert.equal(grown.at(-1), answer?.text);
  });

  test('fetches every file of a model that lies in several', async (t) => {
    const { node, page } = await openTab(t, browser);
    const evidence = await nonsense({ inParts: true });
    await visit(node, page, evidence);
    node.asked.length = 0;
    await runAgain(page);
    assert.equal(await headline(page), 'Everything that was checked holds.');
    assert.equal(await text(page, '.count'), '24 of 24 tokens drawn again here: the same');
    const files = evidence.manifest?.manifest.files ?? [];
    assert.equal(files.length, 3);
    for (const { root } of files) assert.ok(node.asked.includes(`/blobs/${root}`));
  });

  test('stops red at the token that a liar changed, both values beside it', async (t) => {
    const { node, page } = await openTab(t, browser);
    const honest = ofKind((await nonsense()).response as Response, 'text').choices[0];
    await visit(node, page, await nonsense({ lie: otherToken }));
    await runAgain(page);
    assert.equal(await headline(page), 'This answer is not what the model gives.');
    assert.deepEqual(await statuses(page), { ...HONEST, execution: 'refuted' });
    assert.equal(await text(page, '.difference h3'), `First difference: token ${LIE_AT + 1} of the answer`);
    assert.match(await text(page, '.both .claimed'), /\(id 2[01]\)$/);
    assert.match(await text(page, '.both .computed'), new RegExp(`\\(id ${honest?.tokens[LIE_AT]}\\)$`));
    const said = async (selector: string) => JSON.stringify(await text(page, `.answer-text ${selector}`));
    assert.ok((await text(page, '.both .claimed')).startsWith(await said('del')));
    assert.ok((await text(page, '.both .computed')).startsWith(await said('ins')));
    assert.ok(honest?.text.startsWith(await text(page, '.answer-text .confirmed')));
    assert.equal(
      await text(page, '.count'),
      `${LIE_AT} tokens drawn again here and found the same; then they part`,
    );
    assert.match(await text(page, '.headline p'), /^At token 10 of the answer, the worker signed ".+" \(id/);
  });

  test('an answer cut short, other words for the same tokens, and several answers', async (t) => {
    const { node, page } = await openTab(t, browser);
    const short = await nonsense({
      lie: (response) => {
        const [first, ...rest] = response.choices;
        if (!first) return response;
        return { ...response, choices: [{ ...first, tokens: first.tokens.slice(0, 6) }, ...rest] };
      },
    });
    await visit(node, page, short);
    await runAgain(page);
    assert.equal(await text(page, '.both .claimed'), 'nothing: the answer ends before it');
    assert.equal(await text(page, '.answer-text del'), '(the end)');
    const reworded = await nonsense({
      lie: ({ choices, ...rest }) => ({
        ...rest,
        choices: choices.map((each) => ({ ...each, text: 'Yes.' })),
      }),
    });
    await visit(node, page, reworded);
    await runAgain(page);
    assert.equal(await text(page, '.difference h3'), 'First difference: the text of the answer');
    assert.equal(await text(page, '.both .claimed'), '"Yes."');
    await visit(node, page, await nonsense({ request: { choices: 2 } }));
    await runAgain(page);
    assert.deepEqual(await statuses(page), HONEST);
    assert.equal(await page.locator('.answer-text .confirmed').count(), 2);
  });

  test('where a node lacks the engine of llama-wasm-1 it says what installs that, and fetches no model', async (t) => {
    const { node, page } = await openTab(t, browser);
    await visit(node, page, await nonsense({ profile: llamaWasm }));
    assert.match(await text(page, '.offer p'), /\(2\.4 MB\).*slow/);
    await runAgain(page);
    assert.equal(await headline(page), 'The answer could not be checked here.');
    assert.match(
      await text(page, '[data-claim=execution] .detail'),
      /nobody serves engine .* not installed: npm run setup:native/,
    );
    assert.deepEqual(
      node.asked.filter((path) => path.startsWith('/blobs/')),
      [],
    );
  });
});
