import { claimOf } from '@isobit/verify';
import { listenForEvidence, ownNode } from './evidence-input.ts';
import { runTask } from './judging/run-task.ts';
import type { ByteSources, Confirmed, EvidenceSource, Judged } from './judging/task.ts';
import { canRunAgain, verdictView } from './verdict-view.ts';
import { byId } from './view/dom.ts';
import { headlineOf } from './view/headline.ts';
import { say, sayError } from './view/message.ts';
import { createProgressView } from './view/progress-view.ts';
import { runOffer } from './view/run-offer.ts';
import { createTextView, type TextView } from './view/text-view.ts';
import { createTrustForm } from './view/trust-form.ts';

const STOPPED = Symbol('stopped by the visitor');
const REPLACED = Symbol('replaced by another task');

const slot = byId('verdict', HTMLDivElement);
const node = ownNode();
const form = createTrustForm(node, judgeAgain);

let shown: Judged | undefined;
let droppedFiles: readonly File[] = [];
/** The last task asked for: only that one is shown, and it ends the one before. */
let running: AbortController | undefined;

/** Judges evidence without running anything. */
async function look(evidence: EvidenceSource): Promise<void> {
  const result = await perform(evidence, undefined, (progress) => slot.replaceChildren(progress));
  if (result === 'replaced') return;
  shown = result === 'failed' ? undefined : result;
  if (shown) draw(shown);
}

function judgeAgain(): void {
  if (shown) void look({ kind: 'bytes', bytes: shown.bytes });
  else say('Kept. Now open the evidence that is to be judged by it.');
}

/** Runs what is shown again. */
async function runAgain(before: Judged): Promise<void> {
  const files = [...form.files(), ...droppedFiles];
  const nodes = form.nodes();
  if (files.length + nodes.length === 0) {
    say('Name a node that serves the model and the engine, or choose their files, then run it again.');
    form.askForNode();
    return;
  }
  const evidence: EvidenceSource = { kind: 'bytes', bytes: before.bytes };
  const words = wordsOf(before);
  const result = await perform(
    evidence,
    { files, nodes },
    (progress) => slot.replaceChildren(verdictView(before, progress, words)),
    words?.confirm,
  );
  if (result === 'replaced') return;
  shown = result === 'failed' ? before : result;
  draw(shown);
  if (result === 'failed') return;
  const unreachable = claimOf(result.verdict, 'execution').reason === 'unavailable';
  if (unreachable && nodes.some((each) => each !== node)) say(foreignNodeHint());
  slot.querySelector('h2')?.focus();
}

const foreignNodeHint = (): string =>
  `A node answers the pages of others only when it is told to. If it runs, start it with: isobit node --origin ${location.origin}`;

/** Question and answer of evidence in words. */
function wordsOf({ summary }: Judged): TextView | undefined {
  return summary?.text && createTextView(summary.text);
}

/** Does a task while its progress is on the page. What made it fail has been said. */
async function perform(
  evidence: EvidenceSource,
  replay: ByteSources | undefined,
  place: (progress: HTMLElement) => void,
  onConfirmed: (confirmed: Confirmed) => void = () => {},
): Promise<Judged | 'failed' | 'replaced'> {
  running?.abort(REPLACED);
  const controller = new AbortController();
  running = controller;
  say('');
  const progress = createProgressView(() => controller.abort(STOPPED));
  place(progress.element);
  try {
    const task = { evidence, trust: form.entries(), now: Date.now(), ...(replay ? { replay } : {}) };
    const { signal } = controller;
    return await runTask(task, { signal, onProgress: progress.show, onConfirmed });
  } catch (error) {
    if (error === REPLACED) return 'replaced';
    progress.element.remove();
    if (error === STOPPED) say('Stopped. Nothing was found out.');
    else sayError(error);
    return 'failed';
  }
}

function draw(judged: Judged): void {
  const { text } = headlineOf(judged);
  const { computed, verdict } = judged;
  const offer = canRunAgain(judged) ? runOffer(judged, () => void runAgain(judged)) : undefined;
  const words = wordsOf(judged);
  if (computed) words?.settle(computed.confirmed, claimOf(verdict, 'execution').difference);
  document.body.classList.add('judged');
  document.title = `${text} – Isobit receipt`;
  slot.replaceChildren(verdictView(judged, offer, words));
  byId('announce', HTMLParagraphElement).textContent = text;
}

if (node !== undefined) byId('check', HTMLPreElement).textContent = `curl -s ${node}/ | sha256sum`;

listenForEvidence({
  onEvidence: (source) => void look(source),
  onFiles(files) {
    droppedFiles = [...droppedFiles, ...files];
    say(`Kept for running again: ${files.map((file) => file.name).join(', ')}.`);
  },
  onError: sayError,
});
