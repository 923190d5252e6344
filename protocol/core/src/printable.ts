/**
 * A stranger's text as it may stand in a message: at most `max` UTF-16 units, with control, format and
 * unpaired surrogate characters escaped, so that it can neither flood nor repaint a terminal.
 */
export function printable(text: string, max = 80): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapeCharacter);
}

const escapeCharacter = (character: string): string =>
  `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
