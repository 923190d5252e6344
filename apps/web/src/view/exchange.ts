import type { Picture } from '../judging/picture.ts';
import type { Summary } from '../judging/summary.ts';
import type { Computed } from '../judging/task.ts';
import type { TensorSummary } from '../judging/tensor-summary.ts';
import { el } from './dom.ts';

/**
 * The question and the answer, as far as they are disclosed.
 *
 * @param words those in words
 */
export function exchangeView(
  { inputs, outputs, labels, picture }: Summary,
  computed: Computed | undefined,
  words: HTMLElement | undefined,
): HTMLElement {
  return el(
    'section',
    { class: 'exchange' },
    el('h3', {}, 'Question and answer'),
    !words &&
      inputs.length + outputs.length === 0 &&
      el('p', {}, 'Not disclosed: the holder of this evidence keeps them private.'),
    words,
    picture && el('figure', {}, pictureView(picture), el('figcaption', {}, 'the image that went in')),
    labels[0] && answerView(labels),
    ...inputs.map((tensor) => tensorView('In', tensor)),
    ...outputs.map((tensor) =>
      tensorView(
        'Out',
        tensor,
        computed?.outputs.find(({ name }) => name === tensor.name),
      ),
    ),
  );
}

function answerView([top, ...others]: Summary['labels']): HTMLElement {
  const rest = others.map(({ label, score }) => `${label} (${score})`).join(', ');
  return el(
    'p',
    { class: 'answer' },
    'The evidence says ',
    el('strong', {}, top?.label ?? ''),
    ` with a score of ${top?.score}`,
    rest && `, then ${rest}`,
    '.',
  );
}

function pictureView({ width, height, pixels }: Picture): HTMLElement {
  const canvas = el('canvas', {
    width: String(width),
    height: String(height),
    role: 'img',
    'aria-label': 'The input image',
  });
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** @param here the same output as this tab computed it */
function tensorView(side: string, tensor: TensorSummary, here?: TensorSummary): HTMLElement {
  const { name, datatype, shape, count, values } = tensor;
  const rows = values.map((value, index) => {
    const other = here?.values[index];
    const differs = other !== undefined && other !== value;
    return el(
      'tr',
      differs ? { class: 'differs' } : {},
      el('th', { scope: 'row' }, `[${index}]`),
      el('td', {}, value),
      other !== undefined && el('td', {}, other),
    );
  });
  const more = count - values.length;
  return el(
    'details',
    { class: 'tensor', ...(side === 'Out' ? { open: '' } : {}) },
    el('summary', {}, `${side}: `, el('code', {}, name), ` ${datatype}[${shape.join(', ')}]`),
    el(
      'table',
      { class: 'values' },
      here &&
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            el('th', {}),
            el('th', { scope: 'col' }, 'In the evidence'),
            el('th', { scope: 'col' }, 'In this tab'),
          ),
        ),
      el('tbody', {}, ...rows),
    ),
    more > 0 && el('p', { class: 'quiet' }, `and ${more.toLocaleString('en')} more`),
  );
}
