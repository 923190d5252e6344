import {
  type Claim,
  claimOf,
  isTokenDifference,
  placeOf,
  type Reason,
  type Status,
  sidesOf,
  type TokenDifference,
} from '@isobit/verify';
import type { Judged } from '../judging/task.ts';
import { el } from './dom.ts';
import { prose } from './prose.ts';
import { statusIcon } from './status.ts';

export interface Headline {
  readonly status: Status;
  readonly text: string;
  readonly detail: string;
}

/** The verdict in one sentence for somebody who has never heard of us, and the sentence that gives the reason. */
export function headlineOf({
  verdict,
  summary,
  computed,
}: Pick<Judged, 'verdict' | 'summary' | 'computed'>): Headline {
  const refuted = verdict.claims.find((claim) => claim.status === 'refuted');
  if (refuted) {
    const detail =
      contrast(refuted, summary?.labels[0]?.label, computed?.labels[0]?.label) ?? sentence(refuted.detail);
    return { status: 'refuted', text: refutedText(refuted), detail };
  }
  const execution = claimOf(verdict, 'execution');
  const detail = sentence(execution.detail);
  if (execution.status === 'verified')
    return { status: 'verified', text: 'Everything that was checked holds.', detail };
  return {
    status: 'unchecked',
    text: (execution.reason && OPEN[execution.reason]) ?? 'The answer could not be checked here.',
    detail: detailOf(execution),
  };
}

/** The two answers in words; the numbers stand below. */
function contrast(
  { claim, reason, difference }: Claim,
  claimed: string | undefined,
  given: string | undefined,
): string | undefined {
  if (claim !== 'execution' || reason !== 'mismatch') return undefined;
  if (difference && isTokenDifference(difference)) return tokenContrast(difference);
  return claimed !== undefined && given !== undefined && claimed !== given
    ? `The worker signed “${claimed}”. Run again in this tab, the model gives “${given}”.`
    : 'Run again in this tab, the model gives another value; it stands below beside the one that the worker signed.';
}

function tokenContrast(difference: TokenDifference): string {
  const { claimed, computed } = sidesOf(difference);
  return `At ${placeOf(difference)}, the worker signed ${claimed}. Run again in this tab, the model gives ${computed}.`;
}

const detailOf = (execution: Claim): string =>
  execution.reason === 'not-asked'
    ? 'The signature holds; whether the model gives this answer is not known until somebody runs it.'
    : sentence(execution.detail);

const OPEN: Partial<Record<Reason, string>> = {
  'not-asked': 'Nobody has run it again yet.',
  'profile-fast': 'Nobody can run this again bit for bit.',
  'not-disclosed': 'Too little is disclosed to run it again.',
  outcome: 'The run gave no answer.',
};

/** What a refuted integrity means, by reason. */
const BROKEN: Partial<Record<Reason, string>> = {
  malformed: 'This is no evidence that can be read.',
  'unknown-version': 'This evidence is of a version that this page does not know.',
  signature: 'The worker named here did not sign this.',
  network: 'This receipt belongs to another network.',
  clock: 'This receipt comes from the future.',
};

function refutedText({ claim, reason }: Claim): string {
  switch (claim) {
    case 'integrity':
      return (reason && BROKEN[reason]) ?? 'What is shown here is not what was signed.';
    case 'execution':
      return reason === 'impossible'
        ? 'This model cannot have given this answer.'
        : 'This answer is not what the model gives.';
    case 'signer':
      return 'Somebody you do not trust signed this.';
    case 'log':
      return 'The worker’s log does not hold this receipt.';
    case 'model':
      return 'The model shown is not the one that was signed.';
    default:
      return `A claim does not hold: ${claim}.`;
  }
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

export const headlineView = ({ status, text, detail }: Headline): HTMLElement =>
  el(
    'div',
    { class: `headline ${status}` },
    statusIcon(status),
    el('div', {}, el('h2', { tabindex: '-1' }, text), el('p', {}, ...prose(detail))),
  );
