import { type Evidence, receiptDigest } from '@isobit/receipt';
import { isRefuted, type Verdict } from '@isobit/verify';
import { bold, dim, red, type Terminal, yellow } from '../output/terminal.ts';
import { printVerdict } from '../output/verdict-table.ts';
import type { Turn } from './conversation.ts';

const DIGITS = 12;

/** What was checked of an answer, in a line; the whole table where it is not to be believed. */
export function printTurn(
  terminal: Terminal,
  { verdict, refused }: Turn,
  evidence: Evidence | undefined,
): void {
  if (!refused) {
    terminal.line(dim(terminal, summary(verdict, evidence)));
    return;
  }
  const title = isRefuted(verdict)
    ? red(terminal, 'REFUTED: do not believe the text above.')
    : yellow(terminal, 'NOT CHECKED as asked: do not believe the text above.');
  terminal.line(bold(terminal, title));
  terminal.line();
  printVerdict(terminal, verdict);
}

/** `[3f2a… signer, integrity, log verified; execution unchecked]` */
function summary({ claims }: Verdict, evidence: Evidence | undefined): string {
  const named = (status: string): string =>
    claims
      .filter((claim) => claim.status === status)
      .map(({ claim }) => claim)
      .join(', ');
  const receipt = evidence ? `${receiptDigest(evidence.receipt).slice(0, DIGITS)}… ` : '';
  const parts = [
    `${named('verified') || 'nothing'} verified`,
    `${named('unchecked') || 'nothing'} unchecked`,
  ];
  return `[${receipt}${parts.join('; ')}]`;
}
