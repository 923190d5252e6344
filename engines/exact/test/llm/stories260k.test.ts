import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createRequest, responseTensors } from '@isobit/receipt';
import { need, sharedPath } from '@isobit/testing';
import { createOnnxExact } from '../../src/index.ts';
import { createDecoder, firstDifferentToken, generate, readGguf } from '../../src/llm/reference/index.ts';
import { wasmPath } from '../../src/process/engine-file.ts';
import { int64 } from '../models.ts';
import { sourceOf } from '../source.ts';
import { openDecoder } from './engine/open.ts';
import { collect } from './token-engine-suite.ts';

const folder = sharedPath('models/stories260k');
const open = async () => {
  const gguf = readGguf(new Uint8Array(await readFile(`${folder}/stories260K-f32.gguf`)));
  const words = gguf.metadata.get('tokenizer.ggml.tokens');
  assert.ok(words?.type === 'array');
  const text = (tokens: readonly number[]): string =>
    tokens
      .map((token) => String(words.values[token]))
      .map((word) =>
        word.replace(/^<0x([0-9A-F]{2})>$/, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      )
      .join('')
      .replaceAll('▁', ' ')
      .trimStart();
  return { model: createDecoder(gguf), text };
};

const parameters = { seed: 0n, temperature: 0 };

test('stories260K tells the known story', need('shared'), async () => {
  const { model, text } = await open();
  const known = JSON.parse(await readFile(`${folder}/stories260K-greedy.json`, 'utf8')).expected_stdout;
  const answer = [...generate({ model, prompt: [1], parameters, most: 200 })];
  assert.equal(text(answer), known);
  assert.equal(firstDifferentToken({ model, prompt: [1], parameters, answer }), undefined);
});

test('the kernels tell it too, and check it by one pass', need('shared'), async () => {
  const { text } = await open();
  const known = JSON.parse(await readFile(`${folder}/stories260K-greedy.json`, 'utf8')).expected_stdout;
  await using engine = await openDecoder(new Uint8Array(await readFile(`${folder}/stories260K-f32.gguf`)));
  const request = { prompt: [1], parameters, most: 200 };
  const steps = await collect(engine.generate(request));
  const answer = steps.map(({ token }) => token);
  assert.equal(text(answer), known);
  assert.deepEqual(await engine.check(request, answer), { steps });
});

test('its logits are those of the same model as ONNX', need('shared'), async () => {
  const { model } = await open();
  const tokens = [...generate({ model, prompt: [1], parameters, most: 60 })];
  await using runtime = createOnnxExact({ wasm: () => readFile(wasmPath()) });
  await using loaded = await runtime.load(
    sourceOf(new Uint8Array(await readFile(`${folder}/stories260K.onnx`))),
  );
  const request = createRequest({
    model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
    profile: 'onnx-exact-1',
    salt: new Uint8Array(32),
    inputs: [int64('input_ids', [1, tokens.length], tokens)],
  });
  const { response } = await loaded.execute(request);
  const [logits] = responseTensors(response);
  assert.ok(logits);
  const wanted = new Float32Array(logits.data.slice().buffer);
  const found = model.forward(model.createSequence(), tokens);
  found.forEach((values, i) => {
    const cosine = cosineOf(values, wanted.subarray(i * model.vocabulary, (i + 1) * model.vocabulary));
    assert.ok(cosine >= 0.999999, `position ${i}: ${cosine}`);
  });
});

function cosineOf(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
