import { type Difference, isTokenDifference, type NamedToken, type TokenDifference } from '@isobit/verify';
import { type Confirmed, gatherConfirmed } from '../judging/task.ts';
import type { Said, TextAnswer, TextSummary } from '../judging/text-summary.ts';
import { el } from './dom.ts';

/** A question in words and its answers, which turn from claimed to confirmed while they are drawn again. */
export interface TextView {
  readonly element: HTMLElement;
  /** More tokens of an answer are what the model gives. */
  confirm(confirmed: Confirmed): void;
  /** The run has ended: what it confirmed, and where it parted from the evidence. */
  settle(confirmed: readonly Confirmed[], difference: Difference | undefined): void;
}

export function createTextView({ prompt, settings, answers }: TextSummary): TextView {
  const views = answers.map((answer, choice) =>
    createAnswerView(answer, answers.length > 1 ? `answer ${choice + 1}` : 'answer'),
  );
  return {
    element: el(
      'dl',
      { class: 'talk' },
      ...prompt.flatMap(promptView),
      settings !== '' && el('dd', { class: 'quiet settings' }, settings),
      ...views.flatMap(({ elements }) => elements),
    ),
    confirm: (confirmed) => views[confirmed.choice]?.confirm(confirmed),
    settle(confirmed, difference) {
      for (const [choice, view] of views.entries()) {
        const here = difference && isTokenDifference(difference) && difference.choice === choice;
        view.settle(
          confirmed.find((each) => each.choice === choice),
          here ? difference : undefined,
        );
      }
    },
  };
}

const promptView = ({ by, text }: Said): HTMLElement[] => [el('dt', {}, by), el('dd', {}, text)];

interface AnswerView {
  readonly elements: readonly HTMLElement[];
  confirm(confirmed: Confirmed): void;
  settle(confirmed: Confirmed | undefined, difference: TokenDifference | undefined): void;
}

function createAnswerView({ text, tokens }: TextAnswer, name: string): AnswerView {
  const same = el('span', { class: 'confirmed' });
  const rest = el('span', { class: 'rest' }, text);
  const place = el('dd', { class: 'answer-text' }, same, rest);
  const count = el('dd', { class: 'quiet count', 'aria-hidden': 'true' }, countOf(tokens));
  let known: Confirmed | undefined;

  function show(confirmed: Confirmed): string {
    known = confirmed;
    const shared = sharedStart(text, confirmed.text);
    place.classList.add('drawn');
    same.textContent = text.slice(0, shared);
    rest.textContent = text.slice(shared);
    return text.slice(shared);
  }

  return {
    elements: [el('dt', {}, name), place, count],
    confirm(more) {
      const [all = more] = gatherConfirmed(known ? [known, more] : [more]);
      show(all);
      count.textContent = `${all.tokens} of ${countOf(tokens)} drawn again here: all the same so far`;
    },
    settle(confirmed = { choice: 0, tokens: 0, text: '' }, difference) {
      if (confirmed.tokens === 0 && !difference) return;
      const left = show(confirmed);
      count.textContent = difference
        ? `${countOf(difference.index)} drawn again here and found the same; then they part`
        : `${confirmed.tokens} of ${countOf(tokens)} drawn again here: the same`;
      if (!difference) return;
      const claimed = tokenText(difference.claimed);
      // What the token says stands next in the text, unless the evidence says other words than its tokens do.
      if (left.startsWith(claimed)) rest.textContent = left.slice(claimed.length);
      rest.before(
        el('del', { title: 'in the evidence' }, claimed),
        el('ins', { title: 'drawn again in this tab' }, tokenText(difference.computed)),
      );
    },
  };
}

const countOf = (tokens: number): string => `${tokens} ${tokens === 1 ? 'token' : 'tokens'}`;

const tokenText = (token: NamedToken | undefined): string =>
  token ? (token.text ?? `id ${token.token}`) : '(the end)';

/** Number of UTF-16 units that two texts have in common at their start. */
function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}
