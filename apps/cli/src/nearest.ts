/** The one of `names` that a person who typed `word` most likely meant; undefined where none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const reach = Math.max(1, Math.floor(word.length / 2));
  const [best] = names
    .map((name) => ({ name, far: distance(word.slice(0, 64), name) }))
    .filter(({ far }) => far <= Math.min(reach, 2))
    .sort((a, b) => a.far - b.far);
  return best?.name;
}

/** Letters to change, add, drop or swap with a neighbour to make one word of the other (Damerau). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
}
