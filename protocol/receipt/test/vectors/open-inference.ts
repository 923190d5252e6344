import { canonicalText, concatBytes, fromHex, toHex, utf8 } from '@isobit/core';
import { type Datatype, type Manifest, modelId, type TensorSignature } from '@isobit/model';
import {
  createResponse,
  decodeInfer,
  type InferBody,
  inferFromResponse,
  joinStrings,
  onnxExact,
  parseInfer,
  requestFromInfer,
  responseKind,
  type Tensor,
} from '@isobit/receipt';
import { smallManifest } from './model.ts';
import { bytes32, type Json, type Term, type Vector } from './vector.ts';

const salt = toHex(bytes32('infer salt'));

const manifestOf = (inputs: TensorSignature[]): Manifest => ({
  ...smallManifest,
  inputs,
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1] },
    { name: 'z', datatype: 'FP32', shape: [-1] },
  ],
});

interface Binary {
  readonly binary?: string;
}

/** A vector about a body for a model with these inputs. */
function infer(
  description: string,
  inputs: TensorSignature[],
  body: unknown,
  { binary }: Binary = {},
): Vector {
  const manifest = manifestOf(inputs);
  return {
    description,
    kind: 'infer-request',
    text: typeof body === 'string' ? body : JSON.stringify(body),
    ...(binary === undefined ? {} : { binary }),
    manifest,
    model: modelId(manifest),
    profile: onnxExact.name,
    salt,
  };
}

const x = (datatype: Datatype, shape: number[]): TensorSignature => ({ name: 'x', datatype, shape });
const input = (datatype: Datatype, shape: number[], data: unknown, more: Json = {}) => ({
  inputs: [{ name: 'x', shape, datatype, data, ...more }],
});

/** One tensor `x` of so many elements. */
const elements = (description: string, datatype: Datatype, data: readonly unknown[]): Vector =>
  infer(description, [x(datatype, [-1])], input(datatype, [data.length], data));

/** Elements given as JSON text, where a JavaScript value would not spell them. */
const spelled = (description: string, datatype: Datatype, count: number, text: string): Vector =>
  infer(
    description,
    [x(datatype, [-1])],
    `{"inputs":[{"name":"x","shape":[${count}],"datatype":"${datatype}","data":[${text}]}]}`,
  );

const inBinary = (datatype: Datatype, shape: number[], size: number) => ({
  inputs: [{ name: 'x', shape, datatype, parameters: { binary_data_size: size } }],
});

const bad = (error: string, vector: Vector): Vector => ({ ...vector, error });
const two = { inputs: [{ name: 'x', shape: [2], datatype: 'FP32', data: [1, 2] }] };
const pair = [x('FP32', [2])];

const answerVector = (description: string, tensors: Tensor[], options: Json): Vector => ({
  description,
  kind: 'infer-answer',
  text: canonicalText(createResponse(tensors)),
  options,
});

const tensor = (name: string, datatype: Datatype, shape: number[], data: Uint8Array): Tensor => ({
  name,
  datatype,
  shape,
  data,
});
const floats = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);
const latin = joinStrings([utf8('né "q"\n'), new Uint8Array(0)]);

/** The vectors of specs/open-inference.md. */
export const openInference: Term = {
  valid: {
    flat: infer('flat data', [x('FP32', [-1, 2])], input('FP32', [2, 2], [1, 2, 3, 4])),
    nested: infer(
      'nested data is the same',
      [x('FP32', [-1, 2])],
      input(
        'FP32',
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ),
    scalar: infer('a scalar is an array of one', [x('INT32', [])], input('INT32', [], [7])),
    empty: infer('a batch of none', [x('FP32', [-1, 2])], input('FP32', [0, 2], [])),
    'nested-empty': infer('two rows of no element', [x('FP32', [2, -1])], input('FP32', [2, 0], [[], []])),
    order: infer(
      'inputs in the order of the manifest',
      [
        { name: 'a', datatype: 'INT8', shape: [1] },
        { name: 'b', datatype: 'INT8', shape: [1] },
      ],
      { inputs: ['b', 'a'].map((name, at) => ({ name, shape: [1], datatype: 'INT8', data: [at] })) },
    ),
    'own-choice': infer('the client chooses salt, profile, nonce and outputs', pair, {
      ...two,
      id: 'seven',
      model_name: 'm',
      parameters: { isobit_profile: 'fast', isobit_salt: 'ab'.repeat(32), isobit_nonce: 'cd'.repeat(32) },
      outputs: [{ name: 'z', parameters: { binary_data: true } }, { name: 'y' }],
    }),
    'binary-output': infer('one output asked for otherwise than the rest', pair, {
      ...two,
      parameters: { binary_data_output: true },
      outputs: [{ name: 'y' }, { name: 'z', parameters: { binary_data: false } }],
    }),
    'empty-id': infer('an empty id is none, empty outputs are all', pair, { ...two, id: '', outputs: [] }),
    bool: elements('BOOL', 'BOOL', [true, false]),
    uint8: elements('UINT8 at its ends', 'UINT8', [0, 255]),
    int8: elements('INT8 at its ends', 'INT8', [-128, 127]),
    uint16: elements('UINT16 at its ends', 'UINT16', [0, 65_535]),
    int16: elements('INT16 at its ends', 'INT16', [-32_768, 32_767]),
    uint32: elements('UINT32 at its ends', 'UINT32', [0, 4_294_967_295]),
    int32: spelled('integers that are spelled as floats', 'INT32', 4, '-2147483648,2147483647,1.0,1e2'),
    'minus-zero-integer': spelled('-0 is 0 for integers', 'INT8', 1, '-0'),
    int64: elements('numbers while safe, strings always', 'INT64', [
      -9_007_199_254_740_991,
      '9223372036854775807',
      '-9223372036854775808',
      '0',
    ]),
    uint64: elements('UINT64 at its end', 'UINT64', ['18446744073709551615', 9_007_199_254_740_991]),
    fp16: spelled(
      'FP16: ties to even, subnormals, the largest',
      'FP16',
      8,
      '2049,2051,65519,5.960464477539063e-8,2.9802322387695312e-8,-0.0,0.1,"NaN"',
    ),
    fp32: spelled(
      'FP32: ties to even, a subnormal, the largest, infinities',
      'FP32',
      7,
      '16777217,1e-45,3.4028235677973362e38,-0.0,"Infinity","-Infinity",0.1',
    ),
    fp64: spelled('FP64', 'FP64', 5, '0.1,5e-324,-0.0,1.7976931348623157e308,"NaN"'),
    bytes: elements('BYTES are strings', 'BYTES', ['né', '', '\u{1f600}\u0000']),
    binary: infer('binary data', [x('INT16', [2])], inBinary('INT16', [2], 4), { binary: '01000080' }),
    'binary-strings': infer(
      'binary strings need not be UTF-8',
      [x('BYTES', [2])],
      inBinary('BYTES', [2], 9),
      { binary: '01000000ff00000000' },
    ),
    'binary-nan': infer(
      'a NaN with a payload becomes the canonical one',
      [x('FP32', [1])],
      inBinary('FP32', [1], 4),
      { binary: '0100a0ff' },
    ),
    'binary-mixed': infer(
      'one input in JSON between two in binary',
      ['a', 'b', 'c'].map((name) => ({ name, datatype: 'UINT8', shape: [1] })),
      {
        inputs: [
          { name: 'c', shape: [1], datatype: 'UINT8', parameters: { binary_data_size: 1 } },
          { name: 'b', shape: [1], datatype: 'UINT8', data: [2] },
          { name: 'a', shape: [1], datatype: 'UINT8', parameters: { binary_data_size: 1 } },
        ],
      },
      { binary: '0301' },
    ),
    'no-inputs': infer('a model without inputs', [], { inputs: [] }),
    'answer-floats': answerVector(
      'floats as text',
      [
        tensor(
          'f32',
          'FP32',
          [8],
          floats(
            0.1,
            -0,
            1e-45,
            16_777_216,
            1e21,
            Number.NaN,
            Number.POSITIVE_INFINITY,
            Number.NEGATIVE_INFINITY,
          ),
        ),
        tensor('f16', 'FP16', [4], fromHex('662e' + 'ff7b' + '0100' + '0080')),
        tensor('f64', 'FP64', [2], new Uint8Array(new Float64Array([0.1, 5e-324]).buffer)),
      ],
      { modelName: 'm' },
    ),
    'answer-integers': answerVector(
      'integers on both sides of what a double holds',
      [
        tensor(
          'i64',
          'INT64',
          [3],
          new Uint8Array(
            new BigInt64Array([9007199254740991n, 9007199254740992n, -9007199254740992n]).buffer,
          ),
        ),
        tensor('b', 'BOOL', [1, 2], Uint8Array.of(0, 1)),
        tensor('u8', 'UINT8', [], Uint8Array.of(255)),
      ],
      { modelName: 'alice/m', modelVersion: '2', id: 'seven', parameters: { isobit_salt: salt } },
    ),
    'answer-strings': answerVector('strings', [tensor('s', 'BYTES', [2], latin)], { modelName: 'm' }),
    'answer-binary': answerVector(
      'one output in JSON between two in binary',
      [
        tensor('a', 'UINT8', [1], Uint8Array.of(1)),
        tensor('b', 'FP32', [1], floats(2)),
        tensor('c', 'BYTES', [1], joinStrings([Uint8Array.of(255)])),
      ],
      { modelName: 'm', binaryOutputs: ['a', 'c'] },
    ),
  },
  invalid: {
    'not-json': bad('INFER_MALFORMED', infer('no JSON', pair, '{')),
    'not-an-object': bad('INFER_MALFORMED', infer('a list', pair, [two])),
    'member-twice': bad('INFER_MALFORMED', infer('inputs stand twice', pair, '{"inputs":[],"inputs":[]}')),
    deep: bad('INFER_MALFORMED', infer('33 levels', pair, `${'['.repeat(33)}${']'.repeat(33)}`)),
    'no-inputs': bad('INFER_MALFORMED', infer('no inputs', pair, {})),
    'inputs-object': bad('INFER_MALFORMED', infer('inputs are no list', pair, { inputs: {} })),
    'unknown-member': bad(
      'INFER_MALFORMED',
      infer('a member that the protocol lacks', pair, { ...two, inputz: [] }),
    ),
    'unknown-input-member': bad(
      'INFER_MALFORMED',
      infer(
        'a member of an input that the protocol lacks',
        pair,
        input('FP32', [2], [1, 2], { dtype: 'f4' }),
      ),
    ),
    'no-name': bad(
      'INFER_MALFORMED',
      infer('an input without a name', pair, { inputs: [{ shape: [2], datatype: 'FP32', data: [1, 2] }] }),
    ),
    'no-data': bad(
      'INFER_MALFORMED',
      infer('an input without data', pair, { inputs: [{ name: 'x', shape: [2], datatype: 'FP32' }] }),
    ),
    'id-number': bad('INFER_MALFORMED', infer('an id that is no string', pair, { ...two, id: 7 })),
    'no-shape': bad(
      'INFER_SHAPE',
      infer('an input without a shape', pair, { inputs: [{ name: 'x', datatype: 'FP32', data: [1, 2] }] }),
    ),
    'no-datatype': bad(
      'INFER_DATATYPE',
      infer('an input without a datatype', pair, { inputs: [{ name: 'x', shape: [2], data: [1, 2] }] }),
    ),
    sequence: bad('INFER_PARAMETER', infer('a sequence', pair, { ...two, parameters: { sequence_id: 1 } })),
    'salt-short': bad(
      'INFER_PARAMETER',
      infer('a salt of 31 bytes', pair, { ...two, parameters: { isobit_salt: 'ab'.repeat(31) } }),
    ),
    classification: bad(
      'INFER_PARAMETER',
      infer('classes instead of scores', pair, {
        ...two,
        outputs: [{ name: 'y', parameters: { classification: 3 } }],
      }),
    ),
    'shared-memory': bad(
      'INFER_PARAMETER',
      infer('shared memory', pair, input('FP32', [2], [1, 2], { parameters: { shared_memory_region: 'r' } })),
    ),
    'unknown-input': bad(
      'INFER_INPUT',
      infer('an input that the model lacks', pair, {
        inputs: [...two.inputs, { ...two.inputs[0], name: 'w' }],
      }),
    ),
    'missing-input': bad('INFER_INPUT', infer('no input where the model has one', pair, { inputs: [] })),
    'input-twice': bad(
      'INFER_INPUT',
      infer('an input twice', pair, { inputs: [two.inputs[0], two.inputs[0]] }),
    ),
    'unknown-output': bad(
      'INFER_OUTPUT',
      infer('an output that the model lacks', pair, { ...two, outputs: [{ name: 'w' }] }),
    ),
    'output-twice': bad(
      'INFER_OUTPUT',
      infer('an output twice', pair, { ...two, outputs: [{ name: 'y' }, { name: 'y' }] }),
    ),
    'datatype-unknown': bad(
      'INFER_DATATYPE',
      infer('BF16', pair, { inputs: [{ ...two.inputs[0], datatype: 'BF16' }] }),
    ),
    'datatype-other': bad(
      'INFER_DATATYPE',
      infer('another datatype than the model takes', pair, {
        inputs: [{ ...two.inputs[0], datatype: 'FP64' }],
      }),
    ),
    rank: bad('INFER_SHAPE', infer('one dimension too many', pair, input('FP32', [1, 2], [[1, 2]]))),
    size: bad(
      'INFER_SHAPE',
      infer('a size that the model does not take', pair, input('FP32', [3], [1, 2, 3])),
    ),
    'shape-negative': bad(
      'INFER_SHAPE',
      infer('a negative size', [x('FP32', [-1])], input('FP32', [-1], [1])),
    ),
    'shape-fraction': bad(
      'INFER_SHAPE',
      infer('half an element', [x('FP32', [-1])], input('FP32', [1.5], [1])),
    ),
    'shape-huge': bad(
      'INFER_SHAPE',
      infer('10^18 elements', [x('FP32', [-1, -1])], input('FP32', [1e9, 1e9], [1])),
    ),
    'too-few': bad('INFER_SHAPE', infer('one element missing', pair, input('FP32', [2], [1]))),
    'too-many': bad('INFER_SHAPE', infer('one element too many', pair, input('FP32', [2], [1, 2, 3]))),
    ragged: bad(
      'INFER_SHAPE',
      infer('rows of different length', [x('FP32', [2, 2])], input('FP32', [2, 2], [[1, 2, 3], [4]])),
    ),
    'half-nested': bad(
      'INFER_SHAPE',
      infer('an element beside a row', [x('FP32', [2, 2])], input('FP32', [2, 2], [[1, 2], 3])),
    ),
    'nested-too-deep': bad(
      'INFER_VALUE',
      infer('a row where an element belongs', pair, input('FP32', [2], [[1], [2]])),
    ),
    'uint8-300': bad('INFER_VALUE', elements('300', 'UINT8', [300])),
    'uint8-negative': bad('INFER_VALUE', elements('-1', 'UINT8', [-1])),
    'int32-half': bad('INFER_VALUE', elements('0.5', 'INT32', [0.5])),
    'int32-string': bad('INFER_VALUE', elements('a string for 32 bits', 'INT32', ['1'])),
    'int64-unsafe': bad('INFER_VALUE', spelled('2^53 as a number', 'INT64', 1, '9007199254740992')),
    'int64-high': bad('INFER_VALUE', elements('2^63', 'INT64', ['9223372036854775808'])),
    'int64-zeros': bad('INFER_VALUE', elements('a leading zero', 'INT64', ['01'])),
    'uint64-minus': bad('INFER_VALUE', elements('-1', 'UINT64', ['-1'])),
    'bool-number': bad('INFER_VALUE', elements('1 for true', 'BOOL', [1])),
    'fp16-overflow': bad('INFER_VALUE', elements('65520, which rounds to infinity', 'FP16', [65_520])),
    'fp32-overflow': bad('INFER_VALUE', spelled('10^39', 'FP32', 1, '1e39')),
    'fp64-overflow': bad('INFER_VALUE', spelled('10^400', 'FP64', 1, '1e400')),
    'float-string': bad('INFER_VALUE', elements('a number as a string', 'FP32', ['1'])),
    'float-null': bad('INFER_VALUE', elements('null', 'FP32', [null])),
    'bytes-number': bad('INFER_VALUE', elements('a number for BYTES', 'BYTES', [1])),
    'bytes-surrogate': bad('INFER_VALUE', spelled('a lone surrogate', 'BYTES', 1, '"\\ud800"')),
    'binary-and-data': bad(
      'INFER_BINARY',
      infer(
        'both data and binary data',
        pair,
        input('FP32', [2], [1, 2], { parameters: { binary_data_size: 8 } }),
        { binary: '00'.repeat(8) },
      ),
    ),
    'binary-absent': bad(
      'INFER_BINARY',
      infer('binary data announced in a body without', pair, inBinary('FP32', [2], 8)),
    ),
    'binary-short': bad(
      'INFER_BINARY',
      infer('fewer bytes than announced', pair, inBinary('FP32', [2], 8), { binary: '00'.repeat(7) }),
    ),
    'binary-long': bad(
      'INFER_BINARY',
      infer('bytes that nobody announced', pair, inBinary('FP32', [2], 8), { binary: '00'.repeat(9) }),
    ),
    'binary-size': bad(
      'INFER_BINARY',
      infer('a size that is not the shape', pair, inBinary('FP32', [2], 4), { binary: '00'.repeat(4) }),
    ),
    'binary-size-negative': bad(
      'INFER_PARAMETER',
      infer('a negative size', pair, inBinary('FP32', [2], -8), { binary: '' }),
    ),
    'binary-bool': bad(
      'INFER_VALUE',
      infer('a BOOL byte of 2', [x('BOOL', [1])], inBinary('BOOL', [1], 1), { binary: '02' }),
    ),
    'binary-strings': bad(
      'INFER_VALUE',
      infer('a string longer than the data', [x('BYTES', [1])], inBinary('BYTES', [1], 5), {
        binary: '0200000061',
      }),
    ),
    'answer-text': bad(
      'INFER_TEXT',
      answerVector(
        'a string that is not UTF-8',
        [tensor('s', 'BYTES', [1], joinStrings([Uint8Array.of(255)]))],
        { modelName: 'm' },
      ),
    ),
  },
};

/** Reads a body as it comes over the wire: the JSON's bytes, then the binary part. */
function bodyOf(vector: Vector): InferBody {
  const json = utf8(vector.text ?? '');
  const binary = vector['binary'];
  return binary === undefined
    ? decodeInfer(json)
    : decodeInfer(concatBytes(json, fromHex(String(binary))), json.length);
}

/** What a valid vector of each kind gives. */
export const openInferenceOperations: Record<string, (vector: Vector) => Record<string, unknown>> = {
  'infer-request': (vector) => {
    const { manifest, model, profile } = vector as unknown as {
      manifest: Manifest;
      model: string;
      profile: string;
    };
    const body = bodyOf(vector);
    const request = requestFromInfer({
      body,
      manifest,
      model,
      profile,
      salt: fromHex(String(vector['salt'])),
    });
    const { id, binaryOutput } = parseInfer(body);
    const names = manifest.outputs.map(({ name }) => name).filter(binaryOutput);
    return { request: canonicalText(request), ...(id === undefined ? {} : { id }), binaryOutputs: names };
  },
  'infer-answer': (vector) => {
    const { binaryOutputs = [], ...options } = vector['options'] as {
      binaryOutputs?: string[];
      modelName: string;
    };
    const response = responseKind.decode(utf8(vector.text ?? ''));
    const { json, binary } = inferFromResponse(response, {
      ...options,
      binaryOutput: (name) => binaryOutputs.includes(name),
    });
    return { json, ...(binary ? { binary: binary.map(toHex).join('') } : {}) };
  },
};
