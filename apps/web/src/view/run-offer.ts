import { el } from './dom.ts';

/** The button that runs it again; quieter once that has been done. */
export function runOffer(wasRun: boolean, onRun: () => void): HTMLElement {
  const label = wasRun ? 'Run it once more' : 'Run it again in this tab';
  const button = el('button', { type: 'button', ...(wasRun ? {} : { class: 'primary' }) }, label);
  button.addEventListener('click', onRun);
  const hint = 'Fetches the model and its engine (14 MB) by digest and compares every bit.';
  return el('div', { class: 'offer' }, button, !wasRun && el('p', { class: 'quiet' }, hint));
}
