import { constant, ELEMENT, floats, longs, model, node, value } from '@isobit/exact/testing';

/** Width, heads, layers and vocabulary of a transformer of 60 MB in FP32. */
const WIDTH = 512;
const HEADS = 8;
const LAYERS = 4;
const VOCABULARY = 4_096;

/**
 * A decoder-only transformer with weights from a fixed recurrence: what it says is nothing, what it costs is real.
 * Input `ids` INT64[1, T], output `logits` FP32[1, T, 4096].
 */
export function buildTransformer(): Uint8Array {
  const weight = recurrence();
  const nodes = [node('Gather', ['embedding', 'ids'], ['h0'])];
  const stored = [
    weight('embedding', [VOCABULARY, WIDTH]),
    longs('split', [4], [0, 0, HEADS, WIDTH / HEADS]),
    longs('join', [3], [0, 0, WIDTH]),
    floats('one', [WIDTH], new Array(WIDTH).fill(1)),
    floats('zero', [WIDTH], new Array(WIDTH).fill(0)),
    floats('scale', [], [1 / Math.sqrt(WIDTH / HEADS)]),
    floats('half', [], [0.5]),
    floats('unit', [], [1]),
    floats('root2', [], [Math.SQRT2]),
  ];
  for (let layer = 0; layer < LAYERS; layer++) {
    const n = (name: string) => `${name}${layer}`;
    for (const part of ['q', 'k', 'v', 'o']) stored.push(weight(n(`w${part}`), [WIDTH, WIDTH]));
    stored.push(weight(n('up'), [WIDTH, 4 * WIDTH]), weight(n('down'), [4 * WIDTH, WIDTH]));
    nodes.push(node('LayerNormalization', [n('h'), 'one', 'zero'], [n('n')]));
    for (const part of ['q', 'k', 'v']) {
      nodes.push(
        node('MatMul', [n('n'), n(`w${part}`)], [n(`${part}flat`)]),
        node('Reshape', [n(`${part}flat`), 'split'], [n(`${part}split`)]),
        node('Transpose', [n(`${part}split`)], [n(part)], {
          perm: part === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3],
        }),
      );
    }
    nodes.push(
      node('MatMul', [n('q'), n('k')], [n('raw')]),
      node('Mul', [n('raw'), 'scale'], [n('scaled')]),
      node('Softmax', [n('scaled')], [n('attention')], { axis: 3 }),
      node('MatMul', [n('attention'), n('v')], [n('mixed')]),
      node('Transpose', [n('mixed')], [n('back')], { perm: [0, 2, 1, 3] }),
      node('Reshape', [n('back'), 'join'], [n('joined')]),
      node('MatMul', [n('joined'), n('wo')], [n('projected')]),
      node('Add', [n('h'), n('projected')], [n('m')]),
      node('LayerNormalization', [n('m'), 'one', 'zero'], [n('f')]),
      node('MatMul', [n('f'), n('up')], [n('wide')]),
      node('Div', [n('wide'), 'root2'], [n('div')]),
      node('Erf', [n('div')], [n('erf')]),
      node('Add', [n('erf'), 'unit'], [n('lifted')]),
      node('Mul', [n('wide'), n('lifted')], [n('gated')]),
      node('Mul', [n('gated'), 'half'], [n('gelu')]),
      node('MatMul', [n('gelu'), n('down')], [n('narrow')]),
      node('Add', [n('m'), n('narrow')], [`h${layer + 1}`]),
    );
  }
  nodes.push(
    node('Transpose', ['embedding'], ['head'], { perm: [1, 0] }),
    node('MatMul', [`h${LAYERS}`, 'head'], ['logits']),
  );
  return model({
    node: nodes,
    initializer: stored,
    input: [value('ids', ELEMENT.INT64, [1, 'T'])],
    output: [value('logits', ELEMENT.FLOAT, [1, 'T', VOCABULARY])],
  });
}

/** Stored tensors with values between -0.05 and 0.05. */
function recurrence(): (name: string, dims: readonly number[]) => ReturnType<typeof constant> {
  let state = 1;
  return (name, dims) => {
    const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = (state / 2 ** 32 - 0.5) / 10;
    }
    return constant(name, ELEMENT.FLOAT, dims, values);
  };
}
