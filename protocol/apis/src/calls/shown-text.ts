import { beforeSpace } from './json-extent.ts';
import { firstMark, HERMES, MISTRAL } from './read-calls.ts';

/**
 * Says of a text that grows how much of it may be shown: what can no longer turn out to be a call, since a client
 * would take it for words. What was shown is always the beginning of `readCalls(text).content`.
 */
export interface ShownText {
  /** Takes what the text gained, and gives what may be shown of it now. */
  add(gained: string): string;
  /** What was shown so far, in UTF-16 units. */
  readonly length: number;
}

/** @param hasTools whether calls are read out of the text at all */
export function createShownText(hasTools: boolean): ShownText {
  let held = '';
  let length = 0;
  let isWithheld = false;
  const show = (count: number): string => {
    const shown = held.slice(0, count);
    held = held.slice(count);
    length += count;
    return shown;
  };
  return {
    get length() {
      return length;
    },
    add(gained) {
      if (isWithheld) return '';
      held += gained;
      if (!hasTools) return show(held.length);
      // A text that is JSON from its beginning may be a call as a whole.
      if (length === 0 && /^[ \t\n\r]*[{[]/.test(held)) isWithheld = true;
      const mark = isWithheld ? { at: 0 } : firstMark(held);
      if (!mark) return show(settled(held));
      isWithheld = true;
      return show(beforeSpace(held, mark.at));
    },
  };
}

/** How much of a text without a mark stays: neither the beginning of a mark nor the white space before one. */
function settled(text: string): number {
  const longest = Math.max(HERMES.length, MISTRAL.length) - 1;
  for (let at = Math.max(0, text.length - longest); at < text.length; at++) {
    const tail = text.slice(at);
    if (HERMES.startsWith(tail) || MISTRAL.startsWith(tail)) return beforeSpace(text, at);
  }
  return beforeSpace(text, text.length);
}
