import { type Claim, type Difference, type OperatorDifference, placeOf, sidesOf } from '@isobit/verify';
import { el } from './dom.ts';
import { longId } from './long-id.ts';

/** Where the answer in the evidence and the one computed here first part, down to the operator where there is a trace. */
export function differenceView({ difference, operator }: Claim): HTMLElement | undefined {
  if (!difference && !operator) return undefined;
  return el(
    'section',
    { class: 'difference' },
    difference && valueView(difference),
    operator && operatorView(operator),
  );
}

function valueView(difference: Difference): HTMLElement {
  const { claimed, computed } = sidesOf(difference);
  return el(
    'div',
    {},
    el('h3', {}, 'First difference: ', el('code', {}, placeOf(difference))),
    el(
      'table',
      { class: 'both' },
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          el('th', { scope: 'col' }, 'In the evidence'),
          el('th', { scope: 'col' }, 'Run again in this tab'),
        ),
      ),
      el(
        'tbody',
        {},
        el('tr', {}, el('td', { class: 'claimed' }, claimed), el('td', { class: 'computed' }, computed)),
      ),
    ),
  );
}

const KIND: Record<OperatorDifference['kind'], string> = {
  output: 'It read the same values in both runs and gave another result: the difference begins here.',
  inputs: 'It read other values in the two runs.',
  graph: 'The evidence tells of another operator here: its trace is not of this model.',
  length: 'One of the two traces ends here.',
};

function operatorView({ step, node, op, kind, inputs, claimed, computed }: OperatorDifference): HTMLElement {
  const rows = [
    ...inputs.map(({ name, digest }) => [`reads ${name}`, digest] as const),
    ...(claimed ? [['gave, in the evidence', claimed] as const] : []),
    ...(computed ? [['gave, in this tab', computed] as const] : []),
  ];
  return el(
    'div',
    { class: 'operator' },
    el(
      'h3',
      {},
      'First differing operator: ',
      el('code', {}, node),
      ` (${op}), step ${step + 1} of the graph`,
    ),
    el('p', {}, KIND[kind]),
    el(
      'table',
      { class: 'digests' },
      el(
        'tbody',
        {},
        ...rows.map(([what, digest]) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, what),
            el('td', {}, longId(digest, `the digest of what it ${what}`)),
          ),
        ),
      ),
    ),
  );
}
