import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { CodedError } from '@isobit/core';
import { ELEMENT, floats, model, models, node, rawField, value } from '@isobit/exact/testing';
import { repositoryPath } from '@isobit/testing';
import { createScene, type Scene } from '../scene.ts';
import { type Asking, createAsking } from './asking.ts';

describe('models that no node hosts', () => {
  let scene: Scene;
  let asking: Asking;
  let digits: Uint8Array;

  before(async () => {
    scene = await createScene();
    asking = createAsking(scene);
    digits = await readFile(repositoryPath('models/digits/model.onnx'));
  });
  after(() => scene[Symbol.asyncDispose]());

  const identity = (initializer: Parameters<typeof model>[0]['initializer'], op = 'Identity', domain = '') =>
    model({
      node: [node(op, ['x'], ['y'], {}, { domain })],
      ...(initializer ? { initializer } : {}),
      input: [value('x', ELEMENT.FLOAT, ['n'])],
      output: [value('y', ELEMENT.FLOAT, ['n'])],
    });

  const hostileModels: Record<string, readonly [file: () => Uint8Array, code: RegExp]> = {
    empty: [() => new Uint8Array(0), /^MODEL_MALFORMED$/],
    truncated: [() => digits.subarray(0, digits.length / 2), /^MODEL_MALFORMED$/],
    garbage: [() => randomBytes(100_000), /^MODEL_MALFORMED$/],
    'of 1e18 elements': [
      () => identity([{ ...floats('w', [1], [1]), dims: [1e9, 1e9] as never }]),
      /^MODEL_(TENSOR|TOO_LARGE|MALFORMED)$/,
    ],
    'with external data': [
      () =>
        identity([
          {
            name: 'w',
            dataType: ELEMENT.FLOAT,
            dims: [1],
            dataLocation: 1,
            externalData: [{ key: 'location', value: '/etc/passwd' }],
          },
        ]),
      /^MODEL_EXTERNAL_DATA$/,
    ],
    'with a custom operator': [
      () => identity(undefined, 'Evil', 'com.example'),
      /^MODEL_(OPERATOR|VERSION)$/,
    ],
    'with random numbers': [
      () =>
        model({
          node: [node('RandomNormalLike', ['x'], ['y'])],
          input: [value('x', ELEMENT.FLOAT, ['n'])],
          output: [value('y', ELEMENT.FLOAT, ['n'])],
        }),
      /^MODEL_RANDOM$/,
    ],
    'with a field that says it is longer than the file': [
      () => rawField(7, new Uint8Array(100)).subarray(0, 50),
      /^MODEL_MALFORMED$/,
    ],
  };

  test('hostile models, ten at once, are refused by their codes, and none is hosted', async () => {
    const cases = [...Object.entries(hostileModels), ...Object.entries(hostileModels).slice(0, 2)];
    const refusals = await Promise.all(
      cases.map(async ([name, [file]], i) => {
        const files = [{ path: 'model.onnx', bytes: file() }];
        return scene.operator.publish({ name: `hostile-${i}`, files }).then(
          () => `${name} was taken`,
          (error: CodedError) => error.code,
        );
      }),
    );
    assert.equal(cases.length, 10);
    for (const [i, [name, [, code]]] of cases.entries()) assert.match(refusals[i] as string, code, name);
    const { models: known } = await scene.operator.json<{ models: { name?: string }[] }>('/api/models');
    assert.deepEqual(
      known.map(({ name }) => name),
      ['digits'],
    );
    await asking.goesOn();
  });

  test('a publication that does not fit what was stored is refused', async () => {
    const publish = (body: object): Promise<string> =>
      scene.operator.json('/api/models', { method: 'POST', body: JSON.stringify(body) }).then(
        () => 'taken',
        (error: CodedError) => error.code,
      );
    const file = { path: 'model.onnx', root: '0'.repeat(64), size: 5 };
    assert.equal(await publish({ name: 'x', files: [file], entry: 'model.onnx' }), 'MODEL_INCOMPLETE');
    const out = { ...file, path: '../model.onnx' };
    assert.equal(await publish({ name: 'x', files: [out], entry: 'model.onnx' }), 'PARAMETER_INVALID');
    assert.equal(await publish({ name: 'A B', files: [file], entry: 'model.onnx' }), 'PARAMETER_INVALID');
    assert.equal(
      await publish({ name: 'x', files: [file], entry: 'model.onnx', surprise: 1 }),
      'PARAMETER_INVALID',
    );
    await asking.goesOn();
  });

  test('a model that eats all memory or runs for ever ends with a code, and the next question is answered', async () => {
    const publish = async (name: string, bytes: Uint8Array): Promise<string> =>
      (await scene.operator.publish({ name, files: [{ path: 'model.onnx', bytes }] })).id;
    const zeros = await publish('zeros', models.zeros());
    const fill = (count: string) =>
      asking.post(
        `/v2/models/${zeros}/infer`,
        JSON.stringify({ inputs: [{ name: 'shape', datatype: 'INT64', shape: [1], data: [count] }] }),
      );
    assert.match((await fill('4000000000000000')).code ?? '', /^JOB_(LIMIT|FAILED)$/);
    assert.equal((await fill('10')).status, 200);

    const loop = await publish('loop', models.loop());
    const turn = (trips: string, deadlineMs: number) => {
      const inputs = [
        { name: 'trips', datatype: 'INT64', shape: [], data: [trips] },
        { name: 'go', datatype: 'BOOL', shape: [], data: [true] },
        { name: 'x', datatype: 'FP32', shape: [1], data: [1] },
      ];
      return asking.post(`/v2/models/${loop}/infer`, JSON.stringify({ inputs }), {
        'isobit-deadline-ms': String(deadlineMs),
      });
    };
    const late = await turn(String(2n ** 62n), 2_000);
    assert.deepEqual([late.status, late.code], [504, 'JOB_DEADLINE']);
    assert.equal((await turn('3', 60_000)).status, 200);
    await asking.goesOn();
  });
});
