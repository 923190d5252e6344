import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createOnnxExact, inspectOnnx, type ModelSource } from '@isobit/exact';
import { wasmPath } from '@isobit/exact/process';
import type { Tensor } from '@isobit/receipt';
import { need, repositoryPath, sharedPath } from '@isobit/testing';
import { PNG } from 'pngjs';
import { type ImageRule, imageRuleOf, isImage, readImage } from '../../src/input/image.ts';

const digits = repositoryPath('models/digits');
const card = JSON.parse(readFileSync(`${digits}/card.json`, 'utf8')) as { image: unknown };
const rule = imageRuleOf(card as never) as ImageRule;

const png = (
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
): Uint8Array => {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) image.data.set(colour(x, y), 4 * (y * width + x));
  return new Uint8Array(PNG.sync.write(image));
};
const values = ({ data }: Tensor): number[] => [...new Float32Array(data.slice().buffer)];
const plain: ImageRule = {
  input: 'x',
  width: 2,
  height: 1,
  channels: 1,
  layout: 'NCHW',
  scale: 1,
  mean: 0,
  std: 1,
  invert: 'never',
};

for (const [name, label] of [
  ['three', 3],
  ['seven', 7],
  ['eight', 8],
] as const) {
  test(`digits reads ${name}.png as ${label}`, async () => {
    assert.equal(
      await answer(`${digits}/model.onnx`, readImage(await readFile(`${digits}/examples/${name}.png`), rule)),
      label,
    );
  });
}

for (const label of [0, 3, 5, 7]) {
  test(`mnist-8 reads ${label}.jpg`, need('shared'), async () => {
    const mnist = sharedPath('models/mnist');
    const image = readImage(await readFile(`${mnist}/${label}.jpg`), { ...rule, input: 'Input3', scale: 1 });
    assert.equal(await answer(`${mnist}/mnist-8.onnx`, image), label);
  });
}

test('a pixel of the tensor is the mean over the area that it covers', () => {
  const stripes = png(4, 2, (x) =>
    x < 2 ? [0, 0, 0, 255] : x === 2 ? [255, 255, 255, 255] : [100, 100, 100, 255],
  );
  assert.deepEqual(values(readImage(stripes, plain)).map(Math.round), [0, 178]);
});

test('grey is luma; colours keep their planes or pixels', () => {
  const red = png(1, 1, () => [255, 0, 0, 255]);
  const one = { ...plain, width: 1 };
  assert.ok(Math.abs((values(readImage(red, one))[0] as number) - 76.245) < 1e-3);
  const pair = png(2, 1, (x) => (x === 0 ? [1, 2, 3, 255] : [4, 5, 6, 255]));
  assert.deepEqual(values(readImage(pair, { ...plain, channels: 3 })), [1, 4, 2, 5, 3, 6]);
  assert.deepEqual(values(readImage(pair, { ...plain, channels: 3, layout: 'NHWC' })), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(readImage(pair, { ...plain, channels: 3, layout: 'NHWC' }).shape, [1, 1, 2, 3]);
});

test('dark on light turns where the card says auto, and what is transparent is white', () => {
  const dot = png(3, 3, (x, y) => (x === 1 && y === 1 ? [0, 0, 0, 255] : [0, 0, 0, 0]));
  const three = { ...plain, width: 3, height: 3 };
  assert.equal(values(readImage(dot, three))[4], 0);
  assert.deepEqual(values(readImage(dot, { ...three, invert: 'auto' })), [0, 0, 0, 0, 255, 0, 0, 0, 0]);
});

test('scale, mean and std are applied in this order', () => {
  const white = png(1, 1, () => [255, 255, 255, 255]);
  assert.deepEqual(
    values(readImage(white, { ...plain, width: 1, scale: 1 / 255, mean: 0.5, std: 0.25 })),
    [2],
  );
});

test('a rule that is none is not followed', () => {
  const image = card.image as Record<string, unknown>;
  for (const change of [
    { std: '0' },
    { scale: 0.5 },
    { width: 0 },
    { width: 5000 },
    { layout: 'CHW' },
    { channels: 4 },
    { mean: 'x' },
  ])
    assert.equal(imageRuleOf({ image: { ...image, ...change } } as never), undefined, JSON.stringify(change));
  assert.equal(imageRuleOf(undefined), undefined);
  assert.equal(imageRuleOf(['image']), undefined);
});

const refused = (message: RegExp) => ({ code: 'INPUT_UNREADABLE', message });

test('images that are cut, absurd or of another kind are refused', async () => {
  const whole = png(8, 8, () => [1, 2, 3, 255]);
  for (const end of [4, 20, 32, 33, 50, whole.length - 20])
    assert.throws(() => readImage(whole.subarray(0, end), plain), { code: 'INPUT_UNREADABLE' }, `${end}`);
  const huge = whole.slice();
  new DataView(huge.buffer).setUint32(16, 0x7fffffff);
  assert.throws(() => readImage(huge, plain), refused(/at most 40 million/));
  const interlaced = whole.slice();
  interlaced[28] = 1;
  assert.throws(() => readImage(interlaced, plain), refused(/interlaced/));
  assert.throws(() => readImage(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), plain), { code: 'INPUT_UNREADABLE' });
  assert.equal(isImage(new TextEncoder().encode('GIF89a')), false);
});

/** Index of the largest value of the model's first output. */
async function answer(path: string, input: Tensor): Promise<number> {
  const bytes = new Uint8Array(await readFile(path));
  const { inputs, outputs } = inspectOnnx(bytes);
  const manifest = {
    isobit: 'manifest/1',
    title: 'x',
    format: 'onnx',
    task: 'x',
    files: [{ path: 'model.onnx', size: bytes.length, root: '0'.repeat(64) }],
    entry: 'model.onnx',
    inputs,
    outputs,
    licence: 'x',
    publisher: `0x${'0'.repeat(40)}`,
  } as unknown as ModelSource['manifest'];
  await using runtime = createOnnxExact({ wasm: () => readFile(wasmPath()) });
  await using model = await runtime.load({ manifest, read: async () => bytes });
  const [output] = (await model.run([input])).outputs;
  const scores = values(output as Tensor);
  return scores.indexOf(Math.max(...scores));
}
