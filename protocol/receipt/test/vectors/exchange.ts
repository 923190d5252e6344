import { canonicalText, fromHex, toBase64, toHex, utf8 } from '@isobit/core';
import { modelId } from '@isobit/model';
import {
  createRequest,
  createResponse,
  fast,
  joinStrings,
  llamaWasm,
  llmExact,
  onnxExact,
  type Request,
  type Tensor,
  type TensorsRequest,
  type TensorsResponse,
} from '@isobit/receipt';
import { smallManifest } from './model.ts';
import { bytes32, commonFaults, edited, hex32, type Json, type Term, type Vector } from './vector.ts';

const floats = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);
const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 2], data: floats(1.5, -0) };

export const salt = bytes32('salt');
export const smallRequest: TensorsRequest = createRequest({
  model: modelId(smallManifest),
  profile: onnxExact.name,
  salt,
  inputs: [x],
});
export const smallResponse: TensorsResponse = createResponse([{ ...x, name: 'y', data: floats(3, -0) }]);

const everyType: Tensor[] = [
  { name: 'bool', datatype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) },
  { name: 'u8', datatype: 'UINT8', shape: [1], data: Uint8Array.of(255) },
  { name: 'u16', datatype: 'UINT16', shape: [1], data: Uint8Array.of(0xfe, 0xff) },
  { name: 'u32', datatype: 'UINT32', shape: [1], data: Uint8Array.of(1, 0, 0, 0x80) },
  { name: 'u64', datatype: 'UINT64', shape: [1], data: fromHex('ffffffffffffffff') },
  { name: 'i8', datatype: 'INT8', shape: [1], data: Uint8Array.of(0x80) },
  { name: 'i16', datatype: 'INT16', shape: [1], data: Uint8Array.of(0, 0x80) },
  { name: 'i32', datatype: 'INT32', shape: [1], data: fromHex('ffffff7f') },
  { name: 'i64', datatype: 'INT64', shape: [1], data: fromHex('0000000000000080') },
  { name: 'f16', datatype: 'FP16', shape: [4], data: fromHex('007e' + '007c' + '0080' + '0100') },
  { name: 'f32', datatype: 'FP32', shape: [], data: fromHex('0000c07f') },
  { name: 'f64', datatype: 'FP64', shape: [2, 1], data: fromHex('000000000000f87f' + '0100000000000000') },
  {
    name: 'text',
    datatype: 'BYTES',
    shape: [3],
    data: joinStrings([utf8('né'), new Uint8Array(0), Uint8Array.of(0xff)]),
  },
  { name: 'empty', datatype: 'FP32', shape: [2, 0], data: new Uint8Array(0) },
];

const document = ({ name, datatype, shape, data }: Tensor) => ({
  name,
  datatype,
  shape,
  data: toBase64(data),
});
const tensor = (description: string, value: object): Vector => ({
  description,
  kind: 'tensor',
  tensor: value,
});
const badTensor = (description: string, changes: Json): Vector => ({
  ...tensor(description, { ...document(x), ...changes }),
  error: 'TENSOR_INVALID',
});
const typed = (datatype: string, hex: string, shape = [1]) => ({
  datatype,
  shape,
  data: toBase64(fromHex(hex)),
});
const badRequest = (description: string, changes: Json, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'request',
  text: edited(smallRequest, changes),
  error,
});
const request_ = (description: string, value: Request): Vector => ({
  description,
  kind: 'request',
  text: canonicalText(value),
});
const inputs = (...list: Json[]) => ({ inputs: list });
const input = document(x);

export const request: Term = {
  valid: {
    small: request_('one tensor', smallRequest),
    'every-type': request_(
      'each datatype, a scalar, an empty tensor',
      createRequest({ model: smallRequest.model, profile: 'fast', salt, inputs: everyType }),
    ),
    outputs: request_('outputs in an order of their own', { ...smallRequest, outputs: ['z', 'a'] }),
    'no-inputs': request_('no inputs', { ...smallRequest, inputs: [] }),
    'tensor-scalar': tensor('a scalar', { ...input, ...typed('INT64', '0100000000000000', []) }),
    'tensor-zero-first': tensor('no elements: the running product stays 0', {
      ...input,
      shape: [0, 2 ** 28, 2 ** 28],
      data: '',
    }),
    usage: {
      description: 'what a run took in and gave out',
      kind: 'usage',
      request: smallRequest,
      response: smallResponse,
    },
    'usage-failed': { description: 'no response', kind: 'usage', request: smallRequest },
  },
  invalid: {
    ...commonFaults('request', smallRequest),
    'kind-unknown': badRequest('a kind of a later version', { kind: 'chat' }),
    'model-name': badRequest('a model that is no id', { model: 'digits' }),
    'salt-short': badRequest('a salt of 16 bytes', { salt: hex32('salt').slice(32) }),
    'salt-uppercase': badRequest('a salt in capitals', { salt: hex32('salt').toUpperCase() }),
    'inputs-twice': badRequest('an input twice', inputs(input, input)),
    'inputs-257': badRequest(
      '257 inputs',
      inputs(...Array.from({ length: 257 }, (_, i) => ({ ...input, name: `x${i}` }))),
    ),
    'outputs-empty': badRequest('an empty list of outputs', { outputs: [] }),
    'outputs-twice': badRequest('an output twice', { outputs: ['y', 'y'] }),
    'datatype-lowercase': badRequest('a datatype in small letters', inputs({ ...input, datatype: 'fp32' })),
    'datatype-unknown': badRequest('a datatype that does not exist', inputs({ ...input, datatype: 'BF16' })),
    'shape-rank-9': badRequest('nine dimensions', inputs({ ...input, shape: Array(9).fill(1) })),
    'shape-negative': badRequest('a negative size', inputs({ ...input, shape: [-1, 2] })),
    'name-empty': badRequest('an empty name', inputs({ ...input, name: '' })),
    'data-list': badRequest('data as numbers', inputs({ ...input, data: [1, 2] })),
    'tensor-member': badRequest('an unknown member of a tensor', inputs({ ...input, parameters: {} })),
    'tensor-short': badRequest(
      'a tensor that does not open',
      inputs({ ...input, data: '' }),
      'TENSOR_INVALID',
    ),
    'bytes-too-few': badTensor('7 bytes for 2 floats', { data: toBase64(new Uint8Array(7)) }),
    'bytes-too-many': badTensor('12 bytes for 2 floats', { data: toBase64(new Uint8Array(12)) }),
    'elements-2-28-1': badTensor('more than 2^28 elements', { shape: [2 ** 28 + 1], data: '' }),
    'elements-overflow': badTensor('a product beyond every integer', {
      shape: [2 ** 28, 2 ** 28, 2 ** 28, 2 ** 28],
      data: '',
    }),
    'elements-before-zero': badTensor('a running product above 2^28 before a 0', {
      shape: [2 ** 28, 2, 0],
      data: '',
    }),
    'base64-white-space': badTensor('white space', { data: `${input.data} ` }),
    'base64-unpadded': badTensor('no padding', { data: input.data.replace(/=+$/, '') }),
    'base64-url': badTensor('the alphabet for URLs', { shape: [1], data: '__8_Pw==' }),
    'base64-spare-bits': badTensor('spare bits that are not zero', { ...typed('UINT8', '00'), data: 'AB==' }),
    'base64-garbage': badTensor('characters that base64 lacks', { data: '!!!!!!!!!!!=' }),
    'bool-2': badTensor('a BOOL of 2', typed('BOOL', '0002', [2])),
    'nan-f16-signed': badTensor('a NaN with a sign, FP16', typed('FP16', '00fe')),
    'nan-f16-payload': badTensor('a NaN with a payload, FP16', typed('FP16', '017e')),
    'nan-f16-signalling': badTensor('a signalling NaN, FP16', typed('FP16', '017c')),
    'nan-f32-signed': badTensor('a NaN with a sign, FP32', typed('FP32', '0000c0ff')),
    'nan-f32-payload': badTensor('a NaN with a payload, FP32', typed('FP32', '0100c07f')),
    'nan-f32-signalling': badTensor('a signalling NaN, FP32', typed('FP32', '0100807f')),
    'nan-f64-signed': badTensor('a NaN with a sign, FP64', typed('FP64', '000000000000f8ff')),
    'nan-f64-payload': badTensor('a NaN with a payload, FP64', typed('FP64', '010000000000f87f')),
    'nan-f64-signalling': badTensor('a signalling NaN, FP64', typed('FP64', '010000000000f07f')),
    'strings-too-few': badTensor('one string for two elements', typed('BYTES', '0100000061', [2])),
    'strings-too-many': badTensor('two strings for one element', typed('BYTES', '010000006100000000')),
    'strings-overlong': badTensor('a length beyond the data', typed('BYTES', '0200000061')),
    'strings-huge': badTensor('a length of 2^32 - 1', typed('BYTES', 'ffffffff61')),
    'strings-cut': badTensor('three bytes of a length', typed('BYTES', '000000')),
    'strings-rest': badTensor('a byte after the last string', typed('BYTES', '010000006100')),
  },
};

const response_ = (description: string, outputs: readonly Tensor[]): Vector => ({
  description,
  kind: 'response',
  text: canonicalText(createResponse(outputs)),
  salt: toHex(salt),
});
const badResponse = (description: string, changes: Json, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'response',
  text: edited(smallResponse, changes),
  salt: toHex(salt),
  error,
});
const nan = (description: string, datatype: string, hex: string): Vector => ({
  description,
  kind: 'nan',
  datatype,
  hex,
});
const withSalt = (vectors: Record<string, Vector>) =>
  Object.fromEntries(
    Object.entries(vectors).map(([name, vector]) => [name, { ...vector, salt: toHex(salt) }]),
  );
const output = document({ ...x, name: 'y' });

export const response: Term = {
  valid: {
    small: response_('one tensor', [{ ...x, name: 'y' }]),
    'every-type': response_('each datatype', everyType),
    'nan-f16': nan(
      'NaN with sign and payload; infinity, zero and subnormal stay',
      'FP16',
      '01fe' + '00fc' + '0080' + '0100' + '017c',
    ),
    'nan-f32': nan(
      'NaN with sign and payload; infinity, zero and subnormal stay',
      'FP32',
      '0100c0ff' + '000080ff' + '00000080' + '01000000' + '0100807f',
    ),
    'nan-f64': nan(
      'NaN with sign and payload; infinity stays',
      'FP64',
      '010000000000f8ff' + '000000000000f0ff' + '010000000000f07f',
    ),
    'nan-int': nan('integers have no NaN', 'INT32', '0100c0ff'),
  },
  invalid: {
    ...withSalt(commonFaults('response', smallResponse)),
    'outputs-none': badResponse('no output', { outputs: [] }),
    'outputs-twice': badResponse('an output twice', { outputs: [output, output] }),
    'id-member': badResponse('an id, which two honest runs would not share', { id: 'cmpl-1' }),
    'nan-foreign': badResponse(
      'a NaN of another spelling',
      { outputs: [{ ...output, ...typed('FP32', 'ffffffff') }] },
      'TENSOR_INVALID',
    ),
    'bool-255': badResponse(
      'a BOOL of 255',
      { outputs: [{ ...output, ...typed('BOOL', 'ff') }] },
      'TENSOR_INVALID',
    ),
  },
};

const badProfile = (description: string, rules: unknown, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'profile',
  text: canonicalText({ ...fast, rules }),
  error,
});

export const profile: Term = {
  valid: {
    'onnx-exact-1': {
      description: 'the exact profile of ONNX models',
      kind: 'profile',
      text: canonicalText(onnxExact),
    },
    'llm-exact-1': {
      description: 'the exact profile of language models',
      kind: 'profile',
      text: canonicalText(llmExact),
    },
    'llama-wasm-1': {
      description: 'llama.cpp in WebAssembly',
      kind: 'profile',
      text: canonicalText(llamaWasm),
    },
    fast: { description: 'no promise', kind: 'profile', text: canonicalText(fast) },
    'rules-proto': {
      description: 'a rule of any name',
      kind: 'profile',
      text: canonicalText(fast).replace('"rules":{}', '"rules":{"__proto__":"a","constructor":true,"x":0}'),
    },
  },
  invalid: {
    ...commonFaults('profile', fast),
    'rules-list': badProfile('rules as a list', ['a']),
    'rules-null': badProfile('a rule that is null', { a: null }),
    'rules-negative': badProfile('a negative count', { a: -1 }),
    'rules-nested': badProfile('a rule that is an object', { a: {} }),
  },
};
