import type { Judged } from '../judging/task.ts';
import { el } from './dom.ts';
import { bytesText } from './facts.ts';

/**
 * What running it again means, by the name of the profile: no import, since with the profiles their documents' schemas
 * would come into the page a second time.
 */
const RUNS: Readonly<Record<string, { readonly engine: string; readonly does: string }>> = {
  'onnx-exact-1': { engine: '14 MB', does: 'compares every bit.' },
  'llm-exact-1': { engine: '0.1 MB', does: 'draws every token again.' },
  'llama-wasm-1': { engine: '2.4 MB', does: 'draws every token again. This engine is a slow one.' },
};

/**
 * What the button will fetch and do; undefined for a profile that is not run again.
 *
 * @param size bytes of the model's files, where they are known
 */
export function runHint(profile: string, size?: number): string | undefined {
  const run = Object.hasOwn(RUNS, profile) ? RUNS[profile] : undefined;
  const model = size === undefined ? 'the model' : `the model (${bytesText(size)})`;
  return run && `Fetches ${model} and its engine (${run.engine}) by digest and ${run.does}`;
}

/** The button that runs it again; quieter once that has been done. */
export function runOffer({ computed, summary }: Judged, onRun: () => void): HTMLElement {
  const label = computed ? 'Run it once more' : 'Run it again in this tab';
  const button = el('button', { type: 'button', ...(computed ? {} : { class: 'primary' }) }, label);
  button.addEventListener('click', onRun);
  const hint = runHint(summary?.receipt.profile ?? '', summary?.model?.size);
  return el('div', { class: 'offer' }, button, !computed && hint && el('p', { class: 'quiet' }, hint));
}
