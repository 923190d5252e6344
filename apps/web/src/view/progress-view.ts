import type { Phase, Progress } from '../judging/task.ts';
import { el } from './dom.ts';
import { bytesText } from './facts.ts';

const PHASE: Record<Phase, string> = {
  evidence: 'Fetching the evidence',
  files: 'Reading the files you chose',
  engine: 'Fetching the engine',
  model: 'Fetching the model',
  run: 'Running the model',
  trace: 'The answers differ. Running once more to see where that begins',
};

export interface ProgressView {
  readonly element: HTMLElement;
  show(progress: Progress): void;
}

/** A bar, what is going on, and a button to stop it. Screen readers hear each phase once, not each byte. */
export function createProgressView(onStop: () => void): ProgressView {
  const bar = el('progress', { 'aria-label': 'Progress' });
  const phase = el('span', { 'aria-live': 'polite' }, 'Reading');
  const amount = el('span', { class: 'amount', 'aria-hidden': 'true' });
  const stop = el('button', { type: 'button', class: 'stop' }, 'Stop');
  stop.addEventListener('click', onStop);
  return {
    element: el('div', { class: 'progress' }, bar, el('p', {}, phase, ' ', amount), stop),
    show({ phase: name, bytes, size }) {
      if (phase.textContent !== PHASE[name]) phase.textContent = PHASE[name];
      amount.textContent = !bytes ? '' : `${bytesText(bytes)}${size ? ` of ${bytesText(size)}` : ''}`;
      if (bytes !== undefined && size) bar.value = Math.min(1, bytes / size);
      else bar.removeAttribute('value');
    },
  };
}
