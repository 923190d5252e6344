import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, concatBytes, isCoded, toHex, utf8 } from '@isobit/core';
import { type Datatype, datatypeSizes, datatypes, type Manifest, modelId } from '@isobit/model';
import {
  canonicalNaN,
  createResponse,
  decodeInfer,
  type InferBody,
  inferFromResponse,
  joinStrings,
  requestFromInfer,
  requestTensors,
  type Tensor,
} from '@isobit/receipt';
import { forAll, vectors } from '@isobit/testing';
import fc from 'fast-check';
import { float16Bits, float16Value } from '../src/open-inference/float16.ts';
import { makeOpenInferenceVectors } from './make-open-inference-vectors.ts';
import { smallManifest } from './vectors/model.ts';
import { openInferenceOperations } from './vectors/open-inference.ts';
import type { Vector } from './vectors/vector.ts';

const { valid, invalid } = vectors<Vector>(import.meta.url);
const run = (vector: Vector) => openInferenceOperations[vector.kind]?.(vector);
const salt = new Uint8Array(32);

function refusal(act: () => unknown): CodedError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const manifestOf = (tensors: readonly Omit<Tensor, 'data'>[]): Manifest => ({
  ...smallManifest,
  inputs: tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape: [...shape] })),
});

function read(body: InferBody, tensors: readonly Omit<Tensor, 'data'>[]): Tensor[] {
  const manifest = manifestOf(tensors);
  return requestTensors(
    requestFromInfer({ body, manifest, model: modelId(manifest), profile: 'fast', salt }),
  );
}

/** Answers are spelled as questions are, but for the members that only an answer has. */
const asked = (json: string) => ({ inputs: (JSON.parse(json) as { outputs: unknown }).outputs });

test('the valid vectors give what they state', () => {
  for (const { name, value } of valid) assert.deepEqual(run(value), value.expected, name);
});

test('the invalid vectors are refused for the reason they state', () => {
  for (const { name, value } of invalid) assert.equal(refusal(() => run(value)).code, value.error, name);
});

test('the generator writes the committed vectors byte for byte', () => {
  const made = makeOpenInferenceVectors();
  const committed = [
    ...valid.map(({ name, text }) => [`valid/${name}.json`, text] as const),
    ...invalid.map(({ name, text }) => [`invalid/${name}.json`, text] as const),
  ];
  assert.deepEqual(new Map(committed), made);
});

test('a refusal that concerns a tensor names it', () => {
  const named = new Set([
    'INFER_DATATYPE',
    'INFER_SHAPE',
    'INFER_VALUE',
    'INFER_TEXT',
    'INFER_INPUT',
    'INFER_OUTPUT',
  ]);
  for (const { name, value } of invalid) {
    const { code, message, details } = refusal(() => run(value));
    if (!named.has(code)) continue;
    assert.equal(typeof details['tensor'], 'string', name);
    assert.ok(message.includes(`"${details['tensor']}"`), message);
  }
});

test('a refused element is told by its place and not by its value', () => {
  const body = { json: { inputs: [{ name: 'x', shape: [2, 1], datatype: 'UINT8', data: [[1], [98765]] }] } };
  const { message } = refusal(() => read(body, [{ name: 'x', datatype: 'UINT8', shape: [2, 1] }]));
  assert.match(message, /element 1 is not an integer from 0 to 255/);
  assert.doesNotMatch(message, /98765/);
});

const bytesOf = (datatype: Datatype): fc.Arbitrary<{ shape: number[]; data: Uint8Array }> => {
  const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
  return shape.chain((sizes) => {
    const count = sizes.reduce((a, b) => a * b, 1);
    if (datatype === 'BYTES') {
      const strings = fc.array(fc.string({ unit: 'grapheme' }), { minLength: count, maxLength: count });
      return strings.map((list) => ({ shape: sizes, data: joinStrings(list.map(utf8)) }));
    }
    const length = count * datatypeSizes[datatype];
    const bytes = fc.uint8Array({ minLength: length, maxLength: length });
    return bytes.map((raw) => ({
      shape: sizes,
      data: datatype === 'BOOL' ? raw.map((byte) => byte & 1) : raw,
    }));
  });
};

for (const datatype of datatypes) {
  test(`${datatype}: canonical to JSON and back, and to binary and back, keeps every bit`, () =>
    forAll([bytesOf(datatype)], ({ shape, data }) => {
      const tensor = canonicalNaN({ name: 'x', datatype, shape, data });
      const response = createResponse([tensor]);
      const json = inferFromResponse(response, { modelName: 'm' }).json;
      assert.deepEqual(read({ json: asked(json) }, [tensor]), [tensor]);

      const answer = inferFromResponse(response, { modelName: 'm', binaryOutput: () => true });
      const binary = concatBytes(...(answer.binary ?? []));
      assert.deepEqual(read({ json: asked(answer.json), binary }, [tensor]), [tensor]);
    }));
}

test('nested data reads as the same elements in one row', () =>
  forAll(
    [fc.array(fc.tuple(fc.integer(), fc.integer(), fc.integer()), { minLength: 1, maxLength: 5 })],
    (rows) => {
      const shape = [rows.length, 3];
      const ask = (data: unknown) =>
        read({ json: { inputs: [{ name: 'x', shape, datatype: 'INT32', data }] } }, [
          { name: 'x', datatype: 'INT32', shape },
        ]);
      assert.deepEqual(ask(rows), ask(rows.flat()));
    },
  ));

test('FP16: every bit pattern survives, and rounding is that of Float16Array', async () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = float16Value(bits);
    assert.equal(float16Bits(value), Number.isNaN(value) ? 0x7e00 : bits);
  }
  const native = (value: number) => new Uint16Array(new Float16Array([value]).buffer)[0];
  const near = fc
    .tuple(fc.integer({ min: 0, max: 0x7bff }), fc.integer({ min: 0, max: 8 }))
    .map(([bits, eighths]) => {
      const low = float16Value(bits);
      return low + ((float16Value(bits + 1) - low) * eighths) / 8;
    });
  await forAll([fc.oneof(fc.double({ noNaN: true }), near.filter(Number.isFinite))], (value) => {
    assert.equal(float16Bits(value), native(value), String(value));
  });
});

test('FP32 elements are Math.fround of the number', () =>
  forAll([fc.double({ noNaN: true, noDefaultInfinity: true, min: -3.4e38, max: 3.4e38 })], (value) => {
    const body = { json: { inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [value] }] } };
    const [tensor] = read(body, [{ name: 'x', datatype: 'FP32', shape: [1] }]);
    assert.equal(toHex(tensor?.data ?? salt), toHex(new Uint8Array(Float32Array.of(value).buffer)));
  }));

test('what a body costs is counted before it is built', () => {
  const commas = utf8(`{"inputs":[${'0,'.repeat(4_000_001)}0]}`);
  assert.match(refusal(() => decodeInfer(commas)).message, /more than 4000000 values/);
  const long = new Uint8Array(32 * 1024 * 1024 + 1).fill(0x20);
  assert.match(refusal(() => decodeInfer(long)).message, /33554433 bytes/);
});

test('the JSON ends within the body', () => {
  for (const length of [3, -1, 0.5, Number.NaN]) {
    assert.ok(
      isCoded(
        refusal(() => decodeInfer(utf8('{}'), length)),
        'INFER_BINARY',
      ),
    );
  }
  assert.deepEqual(decodeInfer(utf8('{}ab'), 2), { json: {}, binary: utf8('ab') });
});
