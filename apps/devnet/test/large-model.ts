import { randomFillSync } from 'node:crypto';
import { constant, ELEMENT, model, node, value } from '@isobit/exact/testing';

const MiB = 1024 * 1024;

/** An ONNX file of about `size` MiB that nothing can compress: y = x, beside weights that are noise. */
export function largeModel(size: number): Uint8Array {
  const noise = randomFillSync(new Uint8Array(size * MiB));
  return model({
    node: [node('Identity', ['x'], ['y']), node('Identity', ['noise'], ['echo'])],
    initializer: [constant('noise', ELEMENT.INT8, [noise.length], noise)],
    input: [value('x', ELEMENT.FLOAT, ['n'])],
    output: [value('y', ELEMENT.FLOAT, ['n'])],
  });
}
