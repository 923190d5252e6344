import { printable } from '@isobit/core';
import type { Tensor } from '@isobit/receipt';

/** A class that a model chose, in words. */
export interface TopLabel {
  readonly label: string;
  /** Rounded to four digits. */
  readonly score: string;
}

const SHOWN = 3;

/** The highest scores of the first row of the first output that has one score a label; none where there is no such output. */
export function topLabels(outputs: readonly Tensor[], labels: readonly string[]): TopLabel[] {
  const scores = outputs.find(
    (output) => output.datatype === 'FP32' && output.shape.at(-1) === labels.length,
  );
  if (!scores || scores.data.length < labels.length * 4) return [];
  const view = new DataView(scores.data.buffer, scores.data.byteOffset, labels.length * 4);
  return labels
    .map((label, index) => ({ label, score: view.getFloat32(index * 4, true) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ label, score }) => ({ label: printable(label), score: String(Number(score.toPrecision(4))) }));
}
