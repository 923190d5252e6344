import { claimOf } from '@isobit/verify';
import type { Judged } from './judging/task.ts';
import { aboutView, rawView } from './view/about.ts';
import { differenceView } from './view/difference.ts';
import { el } from './view/dom.ts';
import { exchangeView } from './view/exchange.ts';
import { headlineOf, headlineView } from './view/headline.ts';
import type { TextView } from './view/text-view.ts';
import { notChecked, verdictTable } from './view/verdict-table.ts';

/**
 * Everything that the page shows of judged evidence.
 *
 * @param action what stands under the headline: the button to run it again, or the progress of that
 * @param words question and answer, where they are in words
 */
export function verdictView(
  judged: Judged,
  action: HTMLElement | undefined,
  words: TextView | undefined,
): HTMLElement {
  const { verdict, summary, computed, bytes } = judged;
  const exchange = summary && exchangeView(summary, computed, words?.element);
  return el(
    'article',
    {},
    headlineView(headlineOf(judged)),
    action,
    // Words are read before the table; tensors are looked up.
    words && exchange,
    differenceView(claimOf(verdict, 'execution')),
    verdictTable(verdict),
    notChecked(verdict),
    !words && exchange,
    summary && aboutView(summary),
    summary && rawView(summary.raw, bytes, summary.receipt.digest),
  );
}

/** Whether running it again could tell more: the request, the answer and the model are at hand and the profile is exact. */
export const canRunAgain = ({ verdict }: Judged): boolean => {
  const { status, reason } = claimOf(verdict, 'execution');
  return status !== 'unchecked' || reason === 'not-asked' || reason === 'unavailable';
};
