import { stripVTControlCharacters } from 'node:util';

/** Characters that take two columns: East Asian wide forms and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{M}/u;

/** Columns that a text takes on a screen. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text))
    width += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/**
 * Columns aligned by two spaces; the last one wraps to the terminal's width under itself.
 *
 * @param rows cells, the header first where there is one
 */
export function formatTable(rows: readonly (readonly string[])[], terminalWidth = 100): string[] {
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns - 1 }, (_, i) =>
    Math.max(0, ...rows.map((row) => textWidth(row[i] ?? ''))),
  );
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  return rows.flatMap((row) => {
    const head = widths.map((width, i) => pad(row[i] ?? '', width + 2)).join('');
    const [first = '', ...rest] = wrap(row[columns - 1] ?? '', Math.max(30, terminalWidth - indent));
    return [`${head}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
  });
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));

/** Lines of at most `limit` columns, broken at spaces; a longer word stands alone. */
export function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && textWidth(line) + 1 + textWidth(word) > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line];
}
