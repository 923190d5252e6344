import type { Tensor } from '@isobit/receipt';

/** `1.2 MB`, or `215 kB`. */
export const bytesText = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;

/** Enough of an id or digest to know it again. */
export const shortId = (id: string): string => `${id.slice(0, 8)}…${id.slice(-4)}`;

/** The class with the highest score, with its score. */
export function topClass(scores: Tensor | undefined): string {
  const values = new Float32Array(scores?.data.slice().buffer ?? new ArrayBuffer());
  const best = values.indexOf(Math.max(...values));
  return `a ${best} (${((values[best] ?? 0) * 100).toFixed(1)}%)`;
}

/** The first sentences of a text, on one line. */
export const excerpt = (text: string, most = 150): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const cut = line.slice(0, most);
  return cut.length < line.length ? `${cut.slice(0, cut.lastIndexOf(' '))} …` : cut;
};
