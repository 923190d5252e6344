import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalText, toBase64, utf8 } from '@isobit/core';
import {
  createRequest,
  type OperatorTrace,
  type Request,
  type Tensor,
  type TokenTrace,
  type TokenTraceStep,
  type Trace,
} from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import { createOnnxExact } from '../src/index.ts';
import { wasmPath } from '../src/process/engine-file.ts';
import { ELEMENT, floats, model, node, value } from './build-model.ts';
import { bool, fp32, int64, models, ramp } from './models.ts';
import { operations, type Vector } from './vectors.ts';

/** Writes specs/vectors/{profile-onnx-exact-1,trace}: `node engines/exact/test/make-vectors.ts`. */

type Case = Omit<Vector, 'expected'>;

const MODEL = 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea';
const salt = new Uint8Array(32).map((_, i) => i);

const ask = (inputs: Tensor[], outputs?: string[]): Request =>
  createRequest({ model: MODEL, profile: 'onnx-exact-1', salt, inputs, ...(outputs ? { outputs } : {}) });

const image = fp32('image', [1, 1, 8, 8], ramp(64));
const pair = [fp32('a', [1, 3], [1, 2, 3]), fp32('b', [1, 3], [4, 5, 6])];
const halves = fp32('x', [8], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);

const run = (description: string, onnx: Uint8Array, request: Request, error?: string): Case => ({
  description,
  kind: 'run',
  onnx: toBase64(onnx),
  request,
  ...(error ? { error } : {}),
});

const inspect = (description: string, onnx: Uint8Array, error?: string): Case => ({
  description,
  kind: 'inspect',
  onnx: toBase64(onnx),
  ...(error ? { error } : {}),
});

const trace = (description: string, onnx: Uint8Array, request: Request): Case => ({
  description,
  kind: 'trace',
  onnx: toBase64(onnx),
  request,
});

const difference = (description: string, claimed: Trace, computed: Trace): Case => ({
  description,
  kind: 'difference',
  claimed,
  computed,
});

const document = (description: string, text: string, error?: string): Case => ({
  description,
  kind: 'document',
  text,
  salt: Buffer.from(salt).toString('hex'),
  ...(error ? { error } : {}),
});

const x = value('x', ELEMENT.FLOAT, ['n']);
const y = value('y', ELEMENT.FLOAT, ['n']);
const relu = { input: [x], output: [y], node: [node('Relu', ['x'], ['y'])] };
const stored = (tensor: object) =>
  model({ ...relu, initializer: [{ name: 'w', dataType: ELEMENT.FLOAT, ...tensor }] });
const whole = models.scalar();

const profile = {
  valid: {
    'inspect-network': inspect('a small network with an input of any batch', models.network()),
    'inspect-half': inspect('half-width floats between two casts', models.half()),
    'inspect-captures': inspect('two inputs, a branch', models.branching()),
    'run-network': run('Conv, Relu, Reshape, MatMul, Softmax', models.network(), ask([image])),
    'run-order': run('outputs in the order asked for', models.twoAndTwo(), ask(pair, ['product', 'sum'])),
    'run-half': run('the casts between two nodes are kept', models.half(), ask([halves])),
    'run-subnormal': run(
      'a product below the smallest normal number',
      models.twoAndTwo(),
      ask([fp32('a', [1, 3], [1e-30, -1e-30, 1e-38]), fp32('b', [1, 3], [1e-10, 1e-10, 0.1])], ['product']),
    ),
    'run-nan': run(
      'NaN of infinity times zero',
      models.twoAndTwo(),
      ask([fp32('a', [1, 3], [Infinity, -Infinity, 1]), fp32('b', [1, 3], [0, 0, 0])], ['product']),
    ),
    'run-empty': run(
      'a batch of nothing',
      models.twoAndTwo(),
      ask([fp32('a', [0, 3], []), fp32('b', [0, 3], [])]),
    ),
    'run-scalar': run('a scalar', models.scalar(), ask([fp32('x', [], [1.5])])),
    'run-branch': run(
      'a branch that captures a value',
      models.branching(),
      ask([fp32('x', [2], [1, 2]), bool('flag', true)]),
    ),
  },
  invalid: {
    truncated: inspect(
      'the last ten bytes are missing',
      whole.subarray(0, whole.length - 10),
      'MODEL_MALFORMED',
    ),
    garbage: inspect('a page of a web server', utf8('<!doctype html><title>404</title>'), 'MODEL_MALFORMED'),
    empty: inspect('no bytes', new Uint8Array(0), 'MODEL_MALFORMED'),
    'graph-twice': inspect('two graphs', Buffer.concat([whole, Uint8Array.of(0x3a, 0)]), 'MODEL_MALFORMED'),
    'ir-version': inspect('IR version 99', model(relu, { irVersion: 99 }), 'MODEL_VERSION'),
    opset: inspect(
      'operator set 6',
      model(relu, { opsetImport: [{ domain: '', version: 6 }] }),
      'MODEL_VERSION',
    ),
    'external-data': inspect(
      'an initialiser in another file',
      stored({ dims: [1], dataLocation: 1, externalData: [{ key: 'location', value: 'weights.bin' }] }),
      'MODEL_EXTERNAL_DATA',
    ),
    'custom-operator': inspect(
      'an operator of a domain of its own',
      model({ ...relu, node: [node('Twice', ['x'], ['y'], {}, { domain: 'own' })] }),
      'MODEL_OPERATOR',
    ),
    random: inspect(
      'a random operator',
      model({ ...relu, node: [node('RandomNormalLike', ['x'], ['y'])] }),
      'MODEL_RANDOM',
    ),
    'random-seeded': inspect(
      'a random operator with a seed',
      model({ ...relu, node: [node('RandomNormalLike', ['x'], ['y'], { seed: { float: 1 } })] }),
      'MODEL_RANDOM',
    ),
    'dropout-training': inspect(
      'Dropout whose mode is an input',
      model({
        ...relu,
        input: [x, value('t', ELEMENT.BOOL, [])],
        initializer: [floats('r', [], [0.5])],
        node: [node('Dropout', ['x', 'r', 't'], ['y'])],
      }),
      'MODEL_RANDOM',
    ),
    'tensor-absurd': inspect(
      '10^18 elements in four bytes',
      stored({ dims: [1e9, 1e9], rawData: new Uint8Array(4) }),
      'MODEL_TENSOR',
    ),
    'tensor-short': inspect(
      'two elements in four bytes',
      stored({ dims: [2], rawData: new Uint8Array(4) }),
      'MODEL_TENSOR',
    ),
    'input-sequence': inspect(
      'an input that is a sequence',
      model({
        ...relu,
        input: [
          { name: 'x', type: { sequenceType: { elemType: { tensorType: { elemType: ELEMENT.FLOAT } } } } },
        ],
      }),
      'MODEL_VALUE_TYPE',
    ),
    'input-unknown': run(
      'an input that the model does not have',
      models.scalar(),
      ask([fp32('x', [], [1]), fp32('z', [], [1])]),
      'INPUT_UNKNOWN',
    ),
    'input-missing': run('an input less', models.twoAndTwo(), ask(pair.slice(1)), 'INPUT_MISSING'),
    'input-datatype': run(
      'an integer for a float',
      models.scalar(),
      ask([{ ...fp32('x', [], [1]), datatype: 'INT32' }]),
      'INPUT_DATATYPE',
    ),
    'input-rank': run('a dimension too many', models.scalar(), ask([fp32('x', [1], [1])]), 'INPUT_RANK'),
    'input-size': run(
      'a dimension of another size',
      models.network(),
      ask([fp32('image', [1, 1, 8, 7], ramp(56))]),
      'INPUT_SIZE',
    ),
    'input-string': run(
      'a string with a NUL',
      models.identity('BYTES'),
      ask([{ name: 'x', datatype: 'BYTES', shape: [1, 2], data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0) }]),
      'INPUT_STRING',
    ),
    'output-unknown': run(
      'an output that the model does not have',
      models.scalar(),
      ask([fp32('x', [], [1])], ['z']),
      'OUTPUT_UNKNOWN',
    ),
    'sizes-inside': run(
      'sizes that fit the signature and not each other',
      models.twoAndTwo(),
      ask([fp32('a', [2, 3], ramp(6)), fp32('b', [3, 3], ramp(9))]),
      'RUN_FAILED',
    ),
  },
} satisfies Record<string, Record<string, Case>>;

const step = (name: string, given: string, got: string) => ({
  node: name,
  op: 'Relu',
  inputs: [{ name: 'x', digest: given.repeat(64) }],
  outputs: [{ name: 'y', datatype: 'FP32' as const, shape: [1], digest: got.repeat(64) }],
});
const of = (...steps: OperatorTrace['steps']): OperatorTrace => ({ isobit: 'trace/1', steps });
const base = of(step('first', 'a', 'b'), step('second', 'b', 'c'));

const token = (choice: number, id: number, logits: string): TokenTraceStep => ({
  choice,
  token: id,
  logits: logits.repeat(64),
});
const tokens = (...steps: TokenTraceStep[]): TokenTrace => ({ isobit: 'trace/1', kind: 'tokens', steps });
const said = tokens(token(0, 5, 'a'), token(0, 7, 'b'), token(1, 5, 'c'));
const badTokens = (description: string, changes: object, error = 'DOCUMENT_INVALID'): Case =>
  document(description, canonicalText({ ...said, ...changes }), error);

const traces = {
  valid: {
    network: trace('named and unnamed nodes, constants left out', models.network(), ask([image])),
    half: trace('half-width floats', models.half(), ask([halves])),
    branch: trace(
      'a branch is one step and lists what it captures',
      models.branching(),
      ask([fp32('x', [2], [1, 2]), bool('flag', false)]),
    ),
    loop: trace(
      'a loop is one step',
      models.loop(),
      ask([int64('trips', [], [5]), bool('go', true), fp32('x', [1], [0])]),
    ),
    sequence: trace(
      'a sequence and an unnamed output are left out',
      models.sequence(),
      ask([fp32('x', [2], [1, 2])]),
    ),
    nan: trace(
      'NaN is canonical',
      models.twoAndTwo(),
      ask([fp32('a', [1, 3], [Infinity, 1, 2]), fp32('b', [1, 3], [0, 1, 2])]),
    ),
    'document-empty': document('no steps', canonicalText(of())),
    'document-two': document('two steps', canonicalText(base)),
    'difference-none': difference('equal traces', base, base),
    'difference-output': difference(
      'one operator, two results',
      base,
      of(step('first', 'a', 'b'), step('second', 'b', 'd')),
    ),
    'difference-inputs': difference(
      'other inputs',
      base,
      of(step('first', 'e', 'b'), step('second', 'b', 'c')),
    ),
    'difference-graph': difference(
      'another node',
      base,
      of(step('first', 'a', 'b'), step('other', 'b', 'c')),
    ),
    'tokens-empty': document('no token', canonicalText(tokens())),
    'tokens-two': document('two answers', canonicalText(said)),
    'tokens-difference-none': difference('equal traces of tokens', said, said),
    'tokens-difference-logits': difference(
      'other logits, and so another token',
      said,
      tokens(token(0, 5, 'a'), token(0, 8, 'd'), token(1, 5, 'c')),
    ),
    'tokens-difference-token': difference(
      'another token from equal logits',
      said,
      tokens(token(0, 5, 'a'), token(0, 8, 'b'), token(1, 5, 'c')),
    ),
    'tokens-difference-choice': difference(
      'the first answer goes on in one of them',
      said,
      tokens(token(0, 5, 'a'), token(0, 7, 'b'), token(0, 5, 'c')),
    ),
    'tokens-difference-length': difference(
      'one token less',
      said,
      tokens(token(0, 5, 'a'), token(0, 7, 'b')),
    ),
    'difference-length': difference('one step less', base, of(step('first', 'a', 'b'))),
  },
  invalid: {
    'unknown-member': document(
      'a member that the page does not list',
      canonicalText({ ...base, time: 1 }),
      'DOCUMENT_INVALID',
    ),
    'unknown-version': document(
      'a version to come',
      canonicalText({ ...base, isobit: 'trace/2' }),
      'DOCUMENT_UNKNOWN_VERSION',
    ),
    'digest-short': document(
      'a digest of 63 characters',
      canonicalText(base).replace('a'.repeat(64), 'a'.repeat(63)),
      'DOCUMENT_INVALID',
    ),
    'tokens-kind-unknown': badTokens('a kind that does not exist', { kind: 'layers' }),
    'tokens-order': badTokens('answers out of order', { steps: [token(1, 5, 'a'), token(0, 5, 'a')] }),
    'tokens-choice-16': badTokens('a seventeenth answer', { steps: [token(16, 5, 'a')] }),
    'tokens-negative': badTokens('a negative token', { steps: [token(0, -1, 'a')] }),
    'tokens-logits-short': badTokens('a digest of 63 characters', {
      steps: [{ ...token(0, 5, 'a'), logits: 'a'.repeat(63) }],
    }),
    'tokens-step-member': badTokens('an unknown member of a step', {
      steps: [{ ...token(0, 5, 'a'), text: 'a' }],
    }),
    'tokens-of-operators': badTokens('steps of operators', { steps: base.steps }),
    'operators-of-tokens': document(
      'steps of tokens without the kind',
      canonicalText({ isobit: 'trace/1', steps: said.steps }),
      'DOCUMENT_INVALID',
    ),
    'not-canonical': document('white space', JSON.stringify(base, null, 1), 'CANONICAL_INVALID'),
  },
} satisfies Record<string, Record<string, Case>>;

/** Text of each file by its path below specs/vectors. */
export async function makeVectors(): Promise<Map<string, string>> {
  await using runtime = createOnnxExact({ wasm: async () => readFileSync(wasmPath()) });
  const files = new Map<string, string>();
  for (const [term, { valid, invalid }] of Object.entries({
    'profile-onnx-exact-1': profile,
    trace: traces,
  })) {
    for (const [name, vector] of Object.entries<Case>(valid)) {
      const expected = await operations[vector.kind](vector, runtime);
      files.set(`${term}/valid/${name}.json`, `${JSON.stringify({ ...vector, expected }, null, 2)}\n`);
    }
    for (const [name, vector] of Object.entries<Case>(invalid)) {
      files.set(`${term}/invalid/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
    }
  }
  return files;
}

if (import.meta.main) {
  const root = repositoryPath('specs/vectors');
  for (const term of ['profile-onnx-exact-1', 'trace'])
    rmSync(join(root, term), { recursive: true, force: true });
  for (const [path, text] of await makeVectors()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
