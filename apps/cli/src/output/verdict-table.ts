import { alsoNotChecked, type Claim, placeOf, sidesOf, type Verdict } from '@isobit/verify';
import { printTable } from './print-table.ts';
import { bold, dim, green, red, type Terminal, yellow } from './terminal.ts';

const MARK = { verified: '✓', refuted: '✗', unchecked: '·' } as const;
const PAINT = { verified: green, refuted: red, unchecked: yellow } as const;

/** The verdict as a table of claims, then what nobody checked and no row says. */
export function printVerdict(terminal: Terminal, verdict: Verdict): void {
  const rows = verdict.claims.map((claim) => [
    PAINT[claim.status](terminal, `${MARK[claim.status]} ${claim.claim}`),
    PAINT[claim.status](terminal, claim.status),
    claim.method ?? dim(terminal, '-'),
    claim.detail,
  ]);
  printTable(terminal, rows, ['  claim', 'status', 'method', 'detail']);
  for (const claim of verdict.claims) printDifference(terminal, claim);
  terminal.line();
  terminal.line(bold(terminal, 'Also not checked'));
  printTable(
    terminal,
    alsoNotChecked(verdict).map((sentence) => [' -', sentence]),
  );
}

function printDifference(terminal: Terminal, { difference, operator, method }: Claim): void {
  if (difference) {
    const { claimed, computed } = sidesOf(difference);
    terminal.line();
    terminal.line(bold(terminal, `First difference: ${placeOf(difference)}`));
    printTable(terminal, [
      [' in the evidence', red(terminal, claimed)],
      [method === 'peer' ? ' by the second worker' : ' run again here', green(terminal, computed)],
    ]);
  }
  if (!operator) return;
  terminal.line();
  terminal.line(
    bold(terminal, `First differing operator: ${operator.node} (${operator.op}), step ${operator.step}`),
  );
  printTable(terminal, [
    ...operator.inputs.map((input) => [` reads ${input.name}`, input.digest]),
    [' gave, in the evidence', red(terminal, operator.claimed ?? 'nothing')],
    [' gives, run again here', green(terminal, operator.computed ?? 'nothing')],
  ]);
}
