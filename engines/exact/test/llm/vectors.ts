import { fromBase64, fromHex } from '@isobit/core';
import type { ModelFile } from '../../src/llm/model-file.ts';
import * as reference from '../../src/llm/reference/index.ts';
import { filesOf } from './safetensors/build-safetensors.ts';

/** One file of specs/vectors/profile-llm-exact-1; which members stand depends on `kind`. */
export interface Vector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly error?: string;
  readonly expected?: unknown;
  readonly [member: string]: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** Values as 8 hex digits each: the 32 bits of a binary32. */
export const hex32 = (values: Iterable<number>): string =>
  Array.from(values, (value) => reference.bitsOf(value).toString(16).padStart(8, '0')).join(' ');

const words = (text: unknown): string[] => (text === '' ? [] : (text as string).split(' '));

export const floats = (text: unknown): Float32Array =>
  Float32Array.from(words(text), (word) => reference.fromBits(Number.parseInt(word, 16)));

const halves = (text: unknown): number[] => words(text).map((word) => Number.parseInt(word, 16));

const view = new DataView(new ArrayBuffer(8));

/** 16 hex digits: the 64 bits of a binary64. */
export function hex64(value: number): string {
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function double(word: string): number {
  view.setBigUint64(0, BigInt(`0x${word}`));
  return view.getFloat64(0);
}

const functions32: Readonly<Record<string, (x: number) => number>> = {
  exp: reference.exp,
  tanh: reference.tanh,
  erf: reference.erf,
  silu: reference.silu,
  'gelu-erf': reference.geluErf,
  'gelu-tanh': reference.geluTanh,
};

const functions64: Readonly<Record<string, (x: number) => number>> = {
  exp: reference.exp64,
  log: reference.log64,
  sin: (x) => reference.sinCos64(x).sin,
  cos: (x) => reference.sinCos64(x).cos,
};

const blockMembers = ({ scale, offset, factors, integers }: reference.Block) => ({
  scale: hex32([scale]),
  ...(offset === undefined ? {} : { offset: hex32([offset]) }),
  ...(factors ? { factors } : {}),
  integers: [...integers].join(' '),
});

/** Decimals in strings, as a request spells them. */
export const parametersOf = (members: unknown): reference.SamplingParameters => {
  const { seed, logitBias, topK, penaltyWindow, ...decimals } = members as Record<string, string>;
  return {
    ...Object.fromEntries(Object.entries(decimals).map(([name, text]) => [name, Number(text)])),
    ...(topK === undefined ? {} : { topK: Number(topK) }),
    ...(penaltyWindow === undefined ? {} : { penaltyWindow: Number(penaltyWindow) }),
    ...(logitBias === undefined
      ? {}
      : {
          logitBias: new Map(
            Object.entries(logitBias as unknown as Record<string, string>).map(([token, bias]) => [
              Number(token),
              Number(bias),
            ]),
          ),
        }),
    seed: BigInt(seed as string),
  };
};

const gguf = (v: Members) => reference.readGguf(fromBase64(v['gguf'] as string));

/** The model of a vector, which may lie in several files. */
export async function modelOf(v: Members): Promise<ModelFile> {
  if (v['files'] === undefined) return gguf(v);
  const files = Object.entries(v['files'] as Record<string, string>);
  const bytes = Object.fromEntries(files.map(([path, text]) => [path, fromBase64(text)]));
  return reference.readGgufFiles(filesOf(bytes, v['entry'] as string));
}

/** What each kind of vector does: the results by name, or a coded error. */
export const operations = {
  half: (v: Members) => ({
    halves: Array.from(floats(v['x']), (x) => reference.floatToHalf(x).toString(16).padStart(4, '0')).join(
      ' ',
    ),
  }),
  unpack(v: Members) {
    const bytes = fromHex(v['hex'] as string);
    const type = v['type'] as reference.WeightType;
    if (type === 'F32' || type === 'F16' || type === 'BF16')
      return { values: hex32(reference.unpackFloats(type, bytes)) };
    const blocks = reference.unpackBlocks(type, bytes);
    return {
      blocks: blocks.map(blockMembers),
      values: hex32(blocks.flatMap((block) => [...reference.blockValues(block)])),
    };
  },
  quantise: (v: Members) => ({
    blocks: reference.quantise(floats(v['x'])).map(({ scale, integers, sum }) => ({
      scale: hex32([scale]),
      integers: [...integers].join(' '),
      sum,
    })),
  }),
  matmul(v: Members) {
    const matrix = reference.createMatrix({
      name: 'matrix',
      type: v['type'] as reference.WeightType,
      columns: v['columns'] as number,
      bytes: fromHex(v['hex'] as string),
    });
    return { y: hex32(reference.matmul(matrix, floats(v['x']))) };
  },
  function: (v: Members) => ({
    y: hex32(floats(v['x']).map(functions32[v['name'] as string] as (x: number) => number)),
  }),
  'soft-cap': (v: Members) => ({
    y: hex32(floats(v['x']).map((x) => reference.softCap(x, floats(v['cap'])[0] as number))),
  }),
  function64: (v: Members) => ({
    y: words(v['x'])
      .map((word) => hex64((functions64[v['name'] as string] as (x: number) => number)(double(word))))
      .join(' '),
  }),
  sum: (v: Members) => ({ y: hex32([reference.sum(floats(v['x']))]) }),
  'rms-norm': (v: Members) => ({
    y: hex32(reference.rmsNorm(floats(v['x']), floats(v['weight']), floats(v['epsilon'])[0] as number)),
  }),
  'layer-norm': (v: Members) => ({
    y: hex32(
      reference.layerNorm(
        floats(v['x']),
        floats(v['weight']),
        floats(v['bias']),
        floats(v['epsilon'])[0] as number,
      ),
    ),
  }),
  'unit-length': (v: Members) => ({ y: hex32(reference.unitLength(floats(v['x']))) }),
  rope(v: Members) {
    const frequencies = reference.ropeFrequencies({
      dimensions: v['dimensions'] as number,
      base: floats(v['base'])[0] as number,
      factor: floats(v['factor'])[0] as number,
      ...(v['divisors'] ? { divisors: floats(v['divisors']) } : {}),
    });
    const row = reference.ropeRow(frequencies, v['position'] as number);
    const y = floats(v['x']);
    reference.rotate(y, row, v['order'] as reference.RopeOrder);
    return {
      frequencies: frequencies.map(hex64).join(' '),
      cos: hex32(row.map(({ cos }) => cos)),
      sin: hex32(row.map(({ sin }) => sin)),
      y: hex32(y),
    };
  },
  attention(v: Members) {
    const query = floats(v['query']);
    const rows = (text: unknown) => {
      const values = Float32Array.from(halves(text), reference.halfToFloat);
      return (t: number) => values.subarray(t * query.length, (t + 1) * query.length);
    };
    const y = reference.attend({
      query,
      key: rows(v['keys']),
      value: rows(v['values']),
      first: v['first'] as number,
      last: v['last'] as number,
      ...(v['cap'] ? { cap: floats(v['cap'])[0] as number } : {}),
    });
    return { y: hex32(y) };
  },
  philox(v: Members) {
    const [a, b, c, d] = halves(v['counter']) as [number, number, number, number];
    const key = halves(v['key']) as [number, number];
    const found = reference.philox([a, b, c, d], key);
    return { words: found.map((word) => word.toString(16).padStart(8, '0')).join(' ') };
  },
  random: (v: Members) => ({
    bits: reference
      .randomBits(BigInt(v['seed'] as string), v['position'] as number, v['choice'] as number)
      .toString(16)
      .padStart(16, '0'),
  }),
  sample(v: Members) {
    const logits = floats(v['logits']);
    const checked = parametersOf(v['parameters']);
    reference.checkParameters(checked, logits.length);
    const allowed = v['allowed'] as number[] | undefined;
    return {
      token: reference.sample({
        logits,
        before: v['before'] as number[],
        parameters: checked,
        choice: v['choice'] as number,
        ...(allowed ? { mask: (token: number) => allowed.includes(token) } : {}),
      }),
    };
  },
  'log-probabilities': (v: Members) => ({ y: hex32(reference.logProbabilities(floats(v['logits']))) }),
  async decoder(v: Members) {
    const decoder = reference.createDecoder(await modelOf(v));
    const logits = decoder.forward(decoder.createSequence(), v['tokens'] as number[]);
    return { logits: logits.map(hex32) };
  },
  encoder: (v: Members) => ({
    embedding: hex32(reference.createEncoder(gguf(v)).embed(v['tokens'] as number[])),
  }),
  generate: (v: Members) => ({
    tokens: [
      ...reference.generate({
        model: reference.createDecoder(gguf(v)),
        prompt: v['prompt'] as number[],
        parameters: parametersOf(v['parameters']),
        most: v['most'] as number,
      }),
    ],
  }),
} satisfies Record<string, (vector: Members) => unknown>;
