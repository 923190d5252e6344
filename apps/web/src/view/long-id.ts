import { el } from './dom.ts';

const HEAD = 10;
const TAIL = 8;

/** Shortened in the middle. */
export const shortId = (text: string): string =>
  text.length > HEAD + TAIL + 1 ? `${text.slice(0, HEAD)}…${text.slice(-TAIL)}` : text;

/** A digest or an address, shortened in the middle, with a button that copies all of it. */
export function longId(text: string, what: string): HTMLElement {
  const code = el('code', { title: text }, shortId(text));
  const button = el('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${what}` }, 'Copy');
  button.addEventListener('click', async () => {
    if (await copied(text)) {
      button.textContent = 'Copied';
    } else {
      code.textContent = text;
      getSelection()?.selectAllChildren(code);
      button.textContent = 'Selected';
    }
  });
  return el('span', { class: 'long-id' }, code, ' ', button);
}

/** Pages over plain HTTP have no clipboard. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
