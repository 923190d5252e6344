import { llmExact } from '@isobit/receipt';
import type { Judged } from '../judging/task.ts';
import { el } from './dom.ts';

/** The button that runs it again; quieter once that has been done. */
export function runOffer({ computed, summary }: Judged, onRun: () => void): HTMLElement {
  const label = computed ? 'Run it once more' : 'Run it again in this tab';
  const button = el('button', { type: 'button', ...(computed ? {} : { class: 'primary' }) }, label);
  button.addEventListener('click', onRun);
  const hint =
    summary?.receipt.profile === llmExact.name
      ? 'Fetches the model and its engine (0.1 MB) by digest and draws every token again.'
      : 'Fetches the model and its engine (14 MB) by digest and compares every bit.';
  return el('div', { class: 'offer' }, button, !computed && el('p', { class: 'quiet' }, hint));
}
