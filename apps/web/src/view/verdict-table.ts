import type { Claim, ClaimName, Method, Verdict } from '@isobit/verify';
import { el } from './dom.ts';
import { longId } from './long-id.ts';
import { prose } from './prose.ts';
import { statusLabel } from './status.ts';

/** What each claim says, in a few words. */
const MEANING: Record<ClaimName, string> = {
  integrity: 'signed, and unchanged since',
  signer: 'who signed',
  log: 'in the worker’s public log',
  model: 'which model',
  execution: 'the answer is the model’s',
  usage: 'how much was used',
  hardware: 'what it ran on',
  payment: 'what was paid',
};

const METHOD: Record<Method, string> = {
  signature: 'signature',
  inclusion: 'log proof',
  digest: 'digest',
  recount: 'recount',
  replay: 'run again',
  peer: 'second worker',
};

/** The verdict as a table, one row a claim (specs/verdict.md section 2). */
export function verdictTable({ claims }: Verdict): HTMLElement {
  const heads = ['Claim', 'Status', 'How, by whom', 'Detail'].map((text) => el('th', { scope: 'col' }, text));
  return el(
    'table',
    { class: 'verdict' },
    el('caption', { class: 'unseen' }, 'The verdict, claim by claim'),
    el('thead', {}, el('tr', {}, ...heads)),
    el('tbody', {}, ...claims.map(row)),
  );
}

const row = (claim: Claim): HTMLElement =>
  el(
    'tr',
    { class: claim.status, 'data-claim': claim.claim },
    el('th', { scope: 'row' }, claim.claim, el('span', {}, MEANING[claim.claim])),
    el('td', {}, statusLabel(claim.status)),
    el(
      'td',
      { class: claim.method ? 'how' : 'how none' },
      claim.method ? METHOD[claim.method] : '–',
      claim.by !== undefined && el('span', {}, by(claim.by)),
    ),
    el('td', { class: 'detail' }, ...prose(claim.detail)),
  );

const by = (who: string): HTMLElement | string =>
  who === 'you' ? 'this tab' : longId(who, 'the address of who checked');

/** What nobody checked and the table does not say: never empty, since no method shows whether an answer is true. */
export const notChecked = ({ notChecked: lines }: Verdict): HTMLElement =>
  el(
    'section',
    { class: 'not-checked' },
    el('h3', {}, 'Also not checked'),
    el('ul', {}, ...lines.map((line) => el('li', {}, ...prose(line)))),
  );
