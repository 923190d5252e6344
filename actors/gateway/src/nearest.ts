/** Names offered in place of one that is not known. */
const OFFERED = 3;

/** Letters to change, add or drop to make one name of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** What people mistype: the last part of a reference, without owner and version. */
const stem = (ref: string): string => (ref.slice(0, 128).split('/').at(-1) ?? '').replace(/:.*$/, '');

/** Up to three of `names` that a person who wrote `ref` may have meant, the nearest first. */
export function nearestNames(ref: string, names: readonly string[]): string[] {
  const wanted = stem(ref);
  const reach = Math.max(2, Math.floor(wanted.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(wanted, stem(name)) }))
    .filter(({ far }) => far <= reach)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, OFFERED)
    .map(({ name }) => name);
}
