import type { Answer, ResolvedModel } from '@isobit/client';
import { canonicalText } from '@isobit/core';
import { createResponse, type Evidence, inferFromResponse, type Tensor } from '@isobit/receipt';
import { isRefuted, type Verdict } from '@isobit/verify';
import { printAnswer } from '../output/answer.ts';
import { bold, red, type Terminal, yellow } from '../output/terminal.ts';
import { printVerdict } from '../output/verdict-table.ts';

export interface RunOutput {
  readonly form: 'text' | 'raw' | 'json';
  /** Where the evidence was written. */
  readonly out: string | undefined;
}

/** An answer that was checked as far as asked, with its verdict. */
export function printAnswered(
  { form, out }: RunOutput,
  { manifest }: ResolvedModel,
  { outputs, evidence, verdict }: Answer,
  terminal: Terminal,
): void {
  if (form === 'json') {
    terminal.write(`{"outputs":${outputsJson(outputs)},${tailJson(out, evidence, verdict)}}\n`);
    return;
  }
  if (form === 'raw') {
    terminal.write(`${inferFromResponse(createResponse(outputs), { modelName: manifest.title }).json}\n`);
    printVerdict(onNotes(terminal), verdict);
    return;
  }
  printAnswer(terminal, outputs, manifest);
  terminal.line();
  printVerdict(terminal, verdict);
  tellOut(terminal, out);
}

export interface Withheld {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly message: string;
}

/** What was found out about an answer that is not shown. */
export function printWithheld(
  { form, out }: RunOutput,
  { evidence, verdict, message }: Withheld,
  terminal: Terminal,
): void {
  if (form === 'json') {
    terminal.write(`{${tailJson(out, evidence, verdict)}}\n`);
    terminal.note(
      JSON.stringify({ code: isRefuted(verdict) ? 'ANSWER_REFUTED' : 'ANSWER_UNCHECKED', error: message }),
    );
    return;
  }
  const to = form === 'raw' ? onNotes(terminal) : terminal;
  const title = isRefuted(verdict)
    ? red(to, 'REFUTED: the answer is withheld.')
    : yellow(to, 'NOT CHECKED as asked: the answer is withheld.');
  to.line(bold(to, title));
  to.line();
  printVerdict(to, verdict);
  tellOut(to, out);
}

/** The outputs as the Open Inference Protocol spells them: 64-bit integers keep all their digits. */
function outputsJson(outputs: readonly Tensor[]): string {
  const { json } = inferFromResponse(createResponse(outputs), { modelName: '' });
  return json.slice(json.indexOf('"outputs":') + '"outputs":'.length, -1);
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
