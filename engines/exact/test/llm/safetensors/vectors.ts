import { fromBase64, utf8 } from '@isobit/core';
import {
  createDecoder,
  createEncoder,
  describeConfiguration,
  headerLength,
  readHeader,
  readSafetensors,
} from '../../../src/llm/reference/index.ts';
import { isObject, readJson, readJsonObject } from '../../../src/llm/safetensors/read-json.ts';
import { hex32, hex64 } from '../vectors.ts';
import { filesOf } from './build-safetensors.ts';

/** One file of specs/vectors/safetensors; which members stand depends on `kind`. */
export interface Vector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly error?: string;
  readonly expected?: unknown;
  readonly [member: string]: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const LIMITS = { bytes: 2 ** 20, values: 2 ** 16 };

export function readWholeHeader(file: Uint8Array) {
  const length = headerLength(file.subarray(0, 8), file.length);
  return readHeader(file.subarray(8, 8 + length), file.length);
}

const model = (v: Members) => {
  const files = Object.entries(v['files'] as Record<string, string>);
  return readSafetensors(filesOf(Object.fromEntries(files.map(([path, text]) => [path, fromBase64(text)]))));
};

/** What each kind of vector does: the results by name, or a coded error. */
export const operations = {
  header: (v: Members) => ({ tensors: readWholeHeader(fromBase64(v['file'] as string)) }),
  configuration(v: Members) {
    const read = (name: string) => readJsonObject(utf8(v[name] as string), name, LIMITS);
    const modules =
      v['modules'] === undefined ? undefined : readJson(utf8(v['modules'] as string), 'modules', LIMITS);
    const { metadata, order, divisors } = describeConfiguration({
      model: read('config'),
      ...(v['pooling'] === undefined ? {} : { pooling: read('pooling') }),
      ...(Array.isArray(modules)
        ? { modules: modules.map((each) => (isObject(each) ? (each['type'] as string) : undefined)) }
        : {}),
    });
    return {
      metadata: Object.fromEntries(
        [...metadata].map(([key, value]) => {
          if (value.type === 'float') return [key, hex64(value.value)];
          return [key, 'value' in value ? String(value.value) : ''];
        }),
      ),
      ...(order ? { order } : {}),
      ...(divisors ? { divisors: hex32(divisors) } : {}),
    };
  },
  async decoder(v: Members) {
    const decoder = createDecoder(await model(v));
    return { logits: decoder.forward(decoder.createSequence(), v['tokens'] as number[]).map(hex32) };
  },
  async encoder(v: Members) {
    return { embedding: hex32(createEncoder(await model(v)).embed(v['tokens'] as number[])) };
  },
} satisfies Record<string, (vector: Members) => unknown>;
