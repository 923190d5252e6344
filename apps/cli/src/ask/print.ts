import { canonicalText } from '@isobit/core';
import type { Evidence } from '@isobit/receipt';
import { isRefuted, type Verdict } from '@isobit/verify';
import { bold, red, type Terminal, yellow } from '../output/terminal.ts';
import { printVerdict } from '../output/verdict-table.ts';
import type { Asked } from './asking.ts';
import type { AskOptions } from './options.ts';

/** An answer that was checked as far as asked, with its verdict. */
export function printAsked(
  { isJson, isRaw, out }: AskOptions,
  { evidence, verdict, print, json, raw }: Asked,
  terminal: Terminal,
): void {
  if (isJson) {
    terminal.write(`{${json},${tailJson(out, evidence, verdict)}}\n`);
    return;
  }
  if (isRaw && raw !== undefined) {
    terminal.write(`${raw}\n`);
    printVerdict(onNotes(terminal), verdict);
    return;
  }
  print();
  printVerdict(terminal, verdict);
  tellOut(terminal, out);
}

export interface Withheld {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly message: string;
  /** Whether the answer was shown as it came. */
  readonly isShown: boolean;
}

/** What was found out about an answer that is not shown, or should not have been believed. */
export function printWithheld(
  { isJson, isRaw, out }: AskOptions,
  { evidence, verdict, message, isShown }: Withheld,
  terminal: Terminal,
): void {
  if (isJson) {
    terminal.write(`{${tailJson(out, evidence, verdict)}}\n`);
    terminal.note(
      JSON.stringify({ code: isRefuted(verdict) ? 'ANSWER_REFUTED' : 'ANSWER_UNCHECKED', error: message }),
    );
    return;
  }
  const to = isRaw && !isShown ? onNotes(terminal) : terminal;
  const fate = isShown ? 'do not believe the text above' : 'the answer is withheld';
  const title = isRefuted(verdict)
    ? red(to, `REFUTED: ${fate}.`)
    : yellow(to, `NOT CHECKED as asked: ${fate}.`);
  if (isShown) to.line();
  to.line(bold(to, title));
  to.line();
  printVerdict(to, verdict);
  tellOut(to, out);
}

/** The evidence is left out where a file holds it. */
function tailJson(out: string | undefined, evidence: Evidence, verdict: Verdict): string {
  const kept = out === undefined ? `"evidence":${canonicalText(evidence)}` : `"out":${JSON.stringify(out)}`;
  return `${kept},"verdict":${JSON.stringify(verdict)}`;
}

function tellOut(terminal: Terminal, out: string | undefined): void {
  if (out === undefined) return;
  terminal.line();
  terminal.line(`Evidence: ${out}  (check it anywhere: isobit verify ${out})`);
}

/** The same terminal with results among the notes. */
const onNotes = (terminal: Terminal): Terminal => ({
  ...terminal,
  isScreen: false,
  line: (text = '') => terminal.note(text),
});
