import type { Manifest } from '@isobit/model';
import type { Tensor } from '@isobit/receipt';
import { elementText } from '@isobit/verify';
import { cardTexts } from '../publish/read-card.ts';
import { printTable } from './print-table.ts';
import { shapeText } from './signature.ts';
import { elementsOf, tensorLines } from './tensor-text.ts';
import { bold, dim, type Terminal } from './terminal.ts';

/** Labels shown of each row, and rows of a batch. */
const TOP = 3;
const ROWS = 16;

/** An answer for people: what the labels say where the card has some, then the values. */
export function printAnswer(
  terminal: Terminal,
  outputs: readonly Tensor[],
  { card }: Pick<Manifest, 'card'>,
): void {
  const labels = cardTexts(card, 'labels');
  for (const tensor of outputs) {
    const rows = labels && labelRows(tensor, labels);
    if (rows)
      printTable(
        terminal,
        rows.map(([first = '', ...rest]) => [bold(terminal, first), ...rest]),
      );
    terminal.line(dim(terminal, `${tensor.name} ${shapeText(tensor)}`));
    for (const line of tensorLines(tensor)) terminal.line(`  ${line}`);
  }
}

/** The likeliest labels of each row, or undefined where the tensor is no list of scores by label. */
function labelRows(tensor: Tensor, labels: readonly string[]): string[][] | undefined {
  const { shape, datatype } = tensor;
  const isScores = datatype === 'FP32' || datatype === 'FP64' || datatype === 'FP16';
  if (
    !isScores ||
    shape.length === 0 ||
    shape.length > 2 ||
    shape.at(-1) !== labels.length ||
    labels.length < 2
  )
    return undefined;
  const batch = elementsOf(tensor) / labels.length;
  return Array.from({ length: Math.min(batch, ROWS) }, (_, row) => {
    const scored = labels
      .map((label, i) => ({ label, score: Number(elementText(tensor, row * labels.length + i)) }))
      .sort((a, b) => b.score - a.score);
    const [best, ...next] = scored.slice(0, TOP).map(({ label, score }) => `${label} ${score.toFixed(4)}`);
    return [best ?? '', next.length > 0 ? `then ${next.join(', ')}` : ''];
  });
}
