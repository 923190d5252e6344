import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concatBytes, isCoded, limits, utf8 } from '@isobit/core';
import { inspectOnnx } from '../../src/index.ts';
import { constant, ELEMENT, floats, model, node, rawField, value } from '../build-model.ts';
import { models } from '../models.ts';

const x = value('x', ELEMENT.FLOAT, ['n']);
const y = value('y', ELEMENT.FLOAT, ['n']);
const graph = { input: [x], output: [y], node: [node('Relu', ['x'], ['y'])] };

const refused = (bytes: Uint8Array, expected: string, message?: RegExp) =>
  assert.throws(
    () => inspectOnnx(bytes),
    (error) => isCoded(error, expected) && (message === undefined || message.test(error.message)),
    expected,
  );

describe('what a model file says', () => {
  test('inputs without initialisers, outputs, versions, nodes', () => {
    const info = inspectOnnx(
      model(
        {
          node: [node('Add', ['x', 'w'], ['s'], {}, { name: 'add' }), node('Relu', ['s'], ['y'])],
          initializer: [floats('w', [1], [1])],
          // Models of IR version 3 list their initialisers among the inputs.
          input: [x, value('w', ELEMENT.FLOAT, [1])],
          output: [y],
        },
        { metadataProps: [{ key: 'author', value: 'me' }] },
      ),
    );
    assert.deepEqual(info.inputs, [{ name: 'x', datatype: 'FP32', shape: [-1] }]);
    assert.deepEqual(info.outputs, [{ name: 'y', datatype: 'FP32', shape: [-1] }]);
    assert.deepEqual(info.opsets, { 'ai.onnx': 17 });
    assert.deepEqual(info.metadata, { author: 'me' });
    assert.equal(info.irVersion, 8);
    assert.deepEqual(info.nodes, [
      { name: 'add', operator: 'Add', inputs: ['x'], outputs: ['s'] },
      { name: '#1:Relu', operator: 'Relu', inputs: ['s'], outputs: ['y'] },
    ]);
  });

  test('fixed, symbolic and unstated sizes', () => {
    const info = inspectOnnx(model({ ...graph, input: [value('x', ELEMENT.FLOAT, [3, 'n', undefined])] }));
    assert.deepEqual(info.inputs[0]?.shape, [3, -1, -1]);
  });

  test('an output may leave its shape to the engine, an input may not', () => {
    const shapeless = (name: string) => ({ name, type: { tensorType: { elemType: ELEMENT.FLOAT } } });
    assert.deepEqual(inspectOnnx(model({ ...graph, output: [shapeless('y')] })).outputs[0]?.shape, []);
    refused(model({ ...graph, input: [shapeless('x')] }), 'MODEL_VALUE_TYPE', /states no shape/);
  });

  test('values that subgraphs capture are inputs of their node', () => {
    const [, branch] = inspectOnnx(models.branching()).nodes;
    assert.deepEqual(branch, {
      name: '#1:If',
      operator: 'If',
      inputs: ['flag', 'twice', 'x'],
      outputs: ['y'],
    });
  });

  test('half-width floats are found wherever they are named', () => {
    assert.equal(inspectOnnx(models.network()).alwaysObserved, false);
    assert.equal(inspectOnnx(models.half()).alwaysObserved, true, 'in an attribute');
    assert.equal(inspectOnnx(models.identity('FP16')).alwaysObserved, true, 'in an input');
    const stored = constant('w', ELEMENT.FLOAT16, [1], Uint16Array.of(0));
    assert.equal(
      inspectOnnx(model({ ...graph, initializer: [stored] })).alwaysObserved,
      true,
      'in an initialiser',
    );
    const inside = node('Constant', [], ['c'], { value: stored });
    assert.equal(
      inspectOnnx(model({ ...graph, node: [inside, ...graph.node] })).alwaysObserved,
      true,
      'in a constant',
    );
  });
});

describe('files that are refused', () => {
  const whole = models.network();

  test('truncated anywhere', () => {
    for (let length = 0; length < whole.length; length += 7) {
      assert.throws(
        () => inspectOnnx(whole.subarray(0, length)),
        (error) => isCoded(error),
      );
    }
    refused(new Uint8Array(0), 'MODEL_MALFORMED', /no graph/);
  });

  test('garbage', () => {
    refused(utf8('<!doctype html><title>404</title>'), 'MODEL_MALFORMED');
    refused(new Uint8Array(100).fill(0xff), 'MODEL_MALFORMED');
  });

  test('two graphs, which engines would join and other readers would not', () => {
    refused(concatBytes(whole, rawField(7, new Uint8Array(0))), 'MODEL_MALFORMED', /field 7 twice/);
  });

  test('fields of a format newer than this reader', () => {
    refused(concatBytes(whole, rawField(99, new Uint8Array(0)).subarray(1)), 'MODEL_MALFORMED');
    refused(concatBytes(whole, rawField(12, new Uint8Array(1))), 'MODEL_MALFORMED', /field 12/);
  });

  test('versions that the engine does not implement', () => {
    refused(model(graph, { irVersion: 99 }), 'MODEL_VERSION');
    refused(model(graph, { irVersion: 2 }), 'MODEL_VERSION');
    refused(model(graph, { opsetImport: [{ domain: '', version: 99 }] }), 'MODEL_VERSION');
    refused(model(graph, { opsetImport: [{ domain: 'ai.onnx', version: 6 }] }), 'MODEL_VERSION');
    refused(model(graph, { opsetImport: [] }), 'MODEL_VERSION');
    inspectOnnx(model(graph, { opsetImport: [{ domain: 'ai.onnx', version: 26 }], irVersion: 13 }));
  });

  test('external data, wherever it hides', () => {
    const external = {
      name: 'w',
      dataType: ELEMENT.FLOAT,
      dims: [4],
      dataLocation: 1,
      externalData: [{ key: 'location', value: '/etc/passwd' }],
    };
    refused(model({ ...graph, initializer: [external] }), 'MODEL_EXTERNAL_DATA');
    refused(model({ ...graph, initializer: [{ ...external, dataLocation: 0 }] }), 'MODEL_EXTERNAL_DATA');
    const inner = {
      name: 'b',
      node: [node('Constant', [], ['c'], { value: external })],
      output: [value('c', ELEMENT.FLOAT, [4])],
    };
    const branch = node('If', ['x'], ['y'], { then_branch: inner, else_branch: inner });
    refused(model({ ...graph, node: [branch] }), 'MODEL_EXTERNAL_DATA');
    refused(
      model(graph, {
        functions: [{ name: 'f', domain: 'own', node: [node('Constant', [], ['c'], { value: external })] }],
      }),
      'MODEL_EXTERNAL_DATA',
    );
  });

  test('operators of other domains, unless the model brings them as functions', () => {
    const custom = (extra = {}) =>
      model(
        { ...graph, node: [node('Twice', ['x'], ['y'], {}, { domain: 'own' })] },
        {
          opsetImport: [
            { domain: '', version: 17 },
            { domain: 'own', version: 1 },
          ],
          ...extra,
        },
      );
    refused(custom(), 'MODEL_OPERATOR', /own:Twice/);
    const twice = {
      name: 'Twice',
      domain: 'own',
      input: ['a'],
      output: ['b'],
      node: [node('Add', ['a', 'a'], ['b'])],
      opsetImport: [{ domain: '', version: 17 }],
    };
    assert.equal(inspectOnnx(custom({ functions: [twice] })).nodes[0]?.operator, 'own:Twice');
    refused(
      custom({ functions: [{ ...twice, node: [node('RandomNormalLike', ['a'], ['b'])] }] }),
      'MODEL_RANDOM',
    );
    refused(
      custom({ functions: [{ ...twice, node: [node('Twice', ['a'], ['b'], {}, { domain: 'own' })] }] }),
      'MODEL_TOO_LARGE',
      /deeper/,
    );
    refused(
      model({ ...graph, node: [node('Attention', ['x'], ['y'], {}, { domain: 'com.microsoft' })] }),
      'MODEL_OPERATOR',
    );
  });

  test('random operators, with a seed too, and in subgraphs', () => {
    for (const operator of [
      'RandomNormal',
      'RandomNormalLike',
      'RandomUniform',
      'RandomUniformLike',
      'Multinomial',
      'Bernoulli',
    ]) {
      refused(model({ ...graph, node: [node(operator, ['x'], ['y'])] }), 'MODEL_RANDOM');
      refused(
        model({ ...graph, node: [node(operator, ['x'], ['y'], { seed: { float: 7 } })] }),
        'MODEL_RANDOM',
      );
    }
    const inner = {
      name: 'b',
      node: [node('RandomUniform', [], ['c'], { shape: [1] })],
      output: [value('c', ELEMENT.FLOAT, [1])],
    };
    refused(
      model({ ...graph, node: [node('If', ['x'], ['y'], { then_branch: inner, else_branch: inner })] }),
      'MODEL_RANDOM',
    );
    const random = model({ ...graph, node: [node('RandomNormalLike', ['x'], ['y'])] });
    assert.equal(inspectOnnx(random, { exact: false }).nodes.length, 1, 'the profile fast may');
  });

  test('dropout that trains, or might', () => {
    const dropout = (flag: readonly string[], initializer = [floats('ratio', [], [0.5])]) =>
      model({
        ...graph,
        input: [x, value('t', ELEMENT.BOOL, [])],
        initializer,
        node: [node('Dropout', ['x', 'ratio', ...flag], ['y'])],
      });
    refused(dropout(['t']), 'MODEL_RANDOM');
    refused(dropout(['on'], [constant('on', ELEMENT.BOOL, [], Uint8Array.of(1))]), 'MODEL_RANDOM');
    inspectOnnx(dropout(['off'], [constant('off', ELEMENT.BOOL, [], Uint8Array.of(0))]));
    inspectOnnx(
      dropout(['off'], [{ name: 'off', dataType: ELEMENT.BOOL, dims: [], int32Data: [0] } as never]),
    );
    refused(
      dropout(['on'], [{ name: 'on', dataType: ELEMENT.BOOL, dims: [], int32Data: [1] } as never]),
      'MODEL_RANDOM',
    );
    inspectOnnx(dropout([]));
  });

  test('absurd tensors', () => {
    const stored = (tensor: object) =>
      model({ ...graph, initializer: [{ name: 'w', dataType: ELEMENT.FLOAT, ...tensor }] });
    refused(stored({ dims: [1e9, 1e9], rawData: new Uint8Array(4) }), 'MODEL_TENSOR', /more than/);
    refused(stored({ dims: [2], rawData: new Uint8Array(4) }), 'MODEL_TENSOR', /8 bytes are needed/);
    refused(stored({ dims: [2], floatData: [1] }), 'MODEL_TENSOR');
    refused(stored({ dims: [2] }), 'MODEL_TENSOR', /no values/);
    refused(stored({ dims: [-2], rawData: new Uint8Array(8) }), 'MODEL_TENSOR', /negative/);
    refused(stored({ dims: [1], rawData: new Uint8Array(4), floatData: [1] }), 'MODEL_TENSOR', /and/);
    refused(stored({ dims: [1], int64Data: [1] }), 'MODEL_TENSOR');
    refused(stored({ dims: [1], dataType: 14, floatData: [1, 1] }), 'MODEL_VALUE_TYPE');
    refused(model({ ...graph, input: [value('x', ELEMENT.FLOAT, [2 ** 20, 2 ** 20])] }), 'MODEL_TENSOR');
    inspectOnnx(stored({ dims: [0] }));
    inspectOnnx(stored({ dims: [2], floatData: [1, 2] }));
  });

  test('strings that would not come back', () => {
    const strings = (text: Uint8Array) =>
      model({
        ...graph,
        initializer: [{ name: 'w', dataType: ELEMENT.STRING, dims: [1], stringData: [text] }],
      });
    inspectOnnx(strings(utf8('größe')));
    refused(strings(utf8('a\0')), 'MODEL_VALUE_TYPE');
    refused(strings(Uint8Array.of(0xff)), 'MODEL_VALUE_TYPE');
  });

  test('inputs and outputs that are no tensors, or none that a request can carry', () => {
    const sequence = {
      name: 'x',
      type: { sequenceType: { elemType: { tensorType: { elemType: ELEMENT.FLOAT } } } },
    };
    refused(model({ ...graph, input: [sequence] }), 'MODEL_VALUE_TYPE', /sequence/);
    refused(model({ ...graph, output: [{ ...sequence, name: 'y' }] }), 'MODEL_VALUE_TYPE');
    refused(model({ ...graph, input: [value('x', ELEMENT.BFLOAT16, [1])] }), 'MODEL_VALUE_TYPE', /BFLOAT16/);
    refused(model({ ...graph, input: [value('x', ELEMENT.COMPLEX64, [1])] }), 'MODEL_VALUE_TYPE');
    refused(
      model({ ...graph, input: [value('x', ELEMENT.FLOAT, new Array(9).fill(1))] }),
      'MODEL_VALUE_TYPE',
      /9 dimensions/,
    );
    refused(model({ ...graph, input: [{ name: 'x' }] }), 'MODEL_VALUE_TYPE');
  });

  test('too much of anything', () => {
    refused(
      model({ ...graph, node: new Array(limits.onnxNodes + 1).fill(graph.node[0]) }),
      'MODEL_TOO_LARGE',
      /nodes/,
    );
    refused(
      model({ ...graph, node: [node('Relu', ['x'], ['y'], {}, { name: 'n'.repeat(513) })] }),
      'MODEL_TOO_LARGE',
      /name/,
    );
    refused(
      model({ ...graph, node: [node('Sum', new Array(5_000).fill('x'), ['y'])] }),
      'MODEL_TOO_LARGE',
      /inputs/,
    );
    refused(
      model({ ...graph, input: Array.from({ length: 300 }, (_, i) => value(`x${i}`, ELEMENT.FLOAT, [1])) }),
      'MODEL_TOO_LARGE',
    );
    let nested: object = {
      name: 'leaf',
      node: [node('Relu', ['x'], ['z'])],
      output: [value('z', ELEMENT.FLOAT, [1])],
    };
    for (let depth = 0; depth < 20; depth++) {
      nested = {
        name: 'g',
        node: [
          node('If', ['x'], ['z'], { then_branch: nested as never, else_branch: nested as never }),
        ].slice(0, 1),
        output: [value('z', ELEMENT.FLOAT, [1])],
      };
      if (depth < 2) continue;
      // One branch is enough to go deep, two would double the file at each level.
      (nested as { node: { attribute: unknown[] }[] }).node[0]?.attribute.pop();
    }
    refused(model(nested as never), 'MODEL_TOO_LARGE', /deeper/);
  });

  test('functions that double at every call', () => {
    const opsetImport = [
      { domain: '', version: 17 },
      { domain: 'own', version: 1 },
    ];
    const call = (name: string) => node(name, ['a'], ['b'], {}, { domain: 'own' });
    const functions = Array.from({ length: 14 }, (_, i) => ({
      name: `f${i}`,
      domain: 'own',
      input: ['a'],
      output: ['b'],
      opsetImport,
      node: i === 0 ? [node('Neg', ['a'], ['b'])] : new Array(4).fill(call(`f${i - 1}`)),
    }));
    refused(model({ ...graph, node: [call('f13')] }, { functions, opsetImport }), 'MODEL_TOO_LARGE', /nodes/);
  });
});
