/*
 * AssemblyScript cannot repeat lines with a name or a number changed, which kernels with sixteen registers need:
 *
 *     // @each k 0..3
 *     sum$k = add(sum$k, load(at, 16 * $k));
 *     // @end
 *
 * stands for four lines. Values are a range or a list of words; `$n` of an enclosing one may be part of them. Several
 * names take several values at a time: `// @each Name,bits Bytes,8 Nibbles,4`.
 */

const OPEN = /^\s*\/\/ @each (\w+(?:,\w+)*) (.+)$/;
const CLOSE = /^\s*\/\/ @end$/;

/** The text with every `@each` written out. Throws where one does not end. */
export function expandEach(text: string): string {
  const lines = text.split('\n');
  const { out, next } = expand(lines, 0, new Map(), false);
  if (next < lines.length) throw new Error(`line ${next + 1}: an @end without its @each`);
  return out.join('\n');
}

type Values = ReadonlyMap<string, string>;

function expand(
  lines: readonly string[],
  from: number,
  values: Values,
  inside: boolean,
): { out: string[]; next: number } {
  const out: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] as string;
    if (CLOSE.test(line)) return { out, next: at };
    const open = OPEN.exec(line);
    if (!open) {
      out.push(substitute(line, values));
      continue;
    }
    const [, names, list] = open as unknown as [string, string, string];
    let next = lines.length;
    for (const value of valuesOf(substitute(list, values))) {
      const parts = value.split(',');
      const bound = names.split(',').map((name, i) => [name, parts[i] ?? ''] as const);
      const part = expand(lines, at + 1, new Map([...values, ...bound]), true);
      out.push(...part.out);
      next = part.next;
    }
    at = next;
  }
  if (inside) throw new Error(`line ${from}: an @each without its @end`);
  return { out, next: lines.length };
}

const substitute = (line: string, values: Values): string =>
  line.replace(/\$([A-Za-z]+)/g, (whole, name: string) => values.get(name) ?? whole);

function valuesOf(list: string): string[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(list);
  if (!range) return list.trim().split(/\s+/);
  const [first, last] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}
