import { printable } from '@isobit/core';

/** A stranger's text of several lines, cut to `max` UTF-16 units and made printable. */
export function printableText(text: string, max = Number.POSITIVE_INFINITY): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short
    .split('\n')
    .map((line) => printable(line, line.length))
    .join('\n');
}
