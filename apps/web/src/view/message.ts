import { isCoded } from '@isobit/core';
import { byId } from './dom.ts';

/** Tells the visitor something in the place for it; the empty text takes it away. */
export function say(text: string): void {
  const place = byId('problem', HTMLParagraphElement);
  place.textContent = text;
  place.hidden = text === '';
}

/** Tells a failure as a sentence, with the code that a program or a report would use. */
export const sayError = (error: unknown): void => say(sentenceOf(error));

function sentenceOf(error: unknown): string {
  if (!isCoded(error)) return `This page broke: ${String(error).slice(0, 300)}. Please report that.`;
  const text = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`;
  return `${text.replace(/([^.?!)])$/, '$1.')} (${error.code})`;
}
