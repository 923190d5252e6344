import type { Judged } from '../judging/task.ts';
import { el } from './dom.ts';

/**
 * What running it again means, by the name of the profile: no import, since with the profiles their documents' schemas
 * would come into the page a second time.
 */
export const hints: Readonly<Record<string, string>> = {
  'onnx-exact-1': 'Fetches the model and its engine (14 MB) by digest and compares every bit.',
  'llm-exact-1': 'Fetches the model and its engine (0.1 MB) by digest and draws every token again.',
  'llama-wasm-1':
    'Fetches the model and its engine (2.4 MB) by digest and draws every token again. This engine is a slow one.',
};

/** The button that runs it again; quieter once that has been done. */
export function runOffer({ computed, summary }: Judged, onRun: () => void): HTMLElement {
  const label = computed ? 'Run it once more' : 'Run it again in this tab';
  const button = el('button', { type: 'button', ...(computed ? {} : { class: 'primary' }) }, label);
  button.addEventListener('click', onRun);
  const hint = hints[summary?.receipt.profile ?? ''];
  return el('div', { class: 'offer' }, button, !computed && hint && el('p', { class: 'quiet' }, hint));
}
