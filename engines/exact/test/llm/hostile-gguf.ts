import { concatBytes, utf8 } from '@isobit/core';
import { weightTypes } from '../../src/llm/reference/index.ts';
import { assemble, buildGguf, type Entry, entryBytes, layOut, memberBytes, u32, u64 } from './build-gguf.ts';
import { decoderFile, decoderParts, type ModelOptions } from './random-model.ts';

/** Files that the reader refuses, or that hold no model, each with one fault. */

const sound = decoderFile({ architecture: 'llama', type: 'Q4_0' });
const parts = decoderParts({ architecture: 'llama', type: 'Q4_0' });
const members = Object.entries(parts.metadata).map(([key, value]) => memberBytes(key, value));
const { entries, data } = layOut(parts.tensors);

const whole = { members, entries: entries.map(entryBytes), data };

const withEntry = (index: number, change: Partial<Entry>): Uint8Array =>
  assemble({
    ...whole,
    entries: entries.map((entry, i) => entryBytes(i === index ? { ...entry, ...change } : entry)),
  });

const withMetadata = (metadata: ModelOptions['metadata']): Uint8Array =>
  decoderFile({ architecture: 'llama', type: 'Q4_0', metadata: metadata ?? {} });

const without = (key: string): Uint8Array =>
  buildGguf(
    Object.fromEntries(Object.entries(parts.metadata).filter(([name]) => name !== key)),
    parts.tensors,
  );

/** The first block of the embedding gets another scale. */
function withScale(half: number): Uint8Array {
  const [first, ...others] = parts.tensors;
  if (!first) throw new RangeError('a model without tensors');
  const falsified = first.data.slice();
  new DataView(falsified.buffer).setUint16(0, half, true);
  return buildGguf(parts.metadata, [{ ...first, data: falsified }, ...others]);
}

export const unreadable: Readonly<Record<string, readonly [what: string, code: string, file: Uint8Array]>> = {
  empty: ['no bytes', 'MODEL_MALFORMED', new Uint8Array(0)],
  garbage: ['a page of a web server', 'MODEL_MALFORMED', utf8('<!doctype html><title>404</title>')],
  'truncated-header': ['it ends in its metadata', 'MODEL_MALFORMED', sound.subarray(0, 200)],
  'truncated-data': [
    'the last 32 bytes are missing',
    'MODEL_MALFORMED',
    sound.subarray(0, sound.length - 32),
  ],
  'version-1': ['version 1', 'MODEL_VERSION', assemble({ ...whole, version: 1 })],
  'big-endian': ['version 3, big-endian', 'MODEL_VERSION', assemble({ ...whole, version: 0x03000000 })],
  'tensors-absurd': ['2^63 tensors', 'MODEL_TOO_LARGE', assemble({ ...whole, entryCount: 2n ** 63n })],
  'members-absurd': ['2^32 members', 'MODEL_TOO_LARGE', assemble({ ...whole, memberCount: 2n ** 32n })],
  'key-twice': [
    'a key given twice',
    'MODEL_MALFORMED',
    assemble({ ...whole, members: [...members, memberBytes('general.architecture', 'qwen2')] }),
  ],
  'key-not-utf8': [
    'a key that is not UTF-8',
    'MODEL_MALFORMED',
    assemble({ ...whole, members: [...members, concatBytes(u64(1), Uint8Array.of(0xff), u32(4), u32(1))] }),
  ],
  'string-absurd': [
    'a string of 2^62 bytes',
    'MODEL_TOO_LARGE',
    assemble({ ...whole, members: [...members, concatBytes(u64(1), utf8('x'), u32(8), u64(2n ** 62n))] }),
  ],
  'value-type': [
    'a value of type 13',
    'MODEL_MALFORMED',
    assemble({ ...whole, members: [...members, concatBytes(u64(1), utf8('x'), u32(13), u64(0))] }),
  ],
  'boolean-two': [
    'a boolean that is 2',
    'MODEL_MALFORMED',
    assemble({
      ...whole,
      members: [...members, concatBytes(u64(1), utf8('x'), u32(7), Uint8Array.of(2))],
    }),
  ],
  'array-nested': [
    'an array of arrays',
    'MODEL_MALFORMED',
    assemble({ ...whole, members: [...members, concatBytes(u64(1), utf8('x'), u32(9), u32(9), u64(1))] }),
  ],
  'array-absurd': [
    'an array of 2^40 bytes',
    'MODEL_TOO_LARGE',
    assemble({
      ...whole,
      members: [...members, concatBytes(u64(1), utf8('x'), u32(9), u32(0), u64(2n ** 40n))],
    }),
  ],
  'array-long': [
    'an array of a million strings in a small file',
    'MODEL_MALFORMED',
    assemble({
      ...whole,
      members: [...members, concatBytes(u64(1), utf8('x'), u32(9), u32(8), u64(1_000_000))],
    }),
  ],
  alignment: [
    'an alignment of 24',
    'MODEL_MALFORMED',
    assemble({ ...whole, members: [...members, memberBytes('general.alignment', 24)] }),
  ],
  'tensor-rank': ['a tensor of no dimensions', 'MODEL_TENSOR', withEntry(0, { sizes: [] })],
  'tensor-empty': ['a tensor of size 0', 'MODEL_TENSOR', withEntry(0, { sizes: [32, 0] })],
  'tensor-absurd': ['a size of 2^63', 'MODEL_TENSOR', withEntry(0, { sizes: [32, 2n ** 63n] })],
  'tensor-overflow': [
    'sizes whose product is 2^64',
    'MODEL_TENSOR',
    withEntry(0, { sizes: [2 ** 32, 2 ** 32] }),
  ],
  'tensor-type': ['a type that the profile does not know', 'MODEL_TENSOR', withEntry(0, { type: 10 })],
  'tensor-ragged': ['rows of 48 in blocks of 32', 'MODEL_TENSOR', withEntry(0, { sizes: [48, 32] })],
  'tensor-unaligned': ['an offset of 16', 'MODEL_TENSOR', withEntry(0, { offset: 16 })],
  'tensor-far': ['an offset of 2^63', 'MODEL_TENSOR', withEntry(0, { offset: 2n ** 63n })],
  'tensor-overlap': [
    'two tensors at one place',
    'MODEL_TENSOR',
    withEntry(1, { offset: entries[0]?.offset as number }),
  ],
  'tensor-twice': [
    'two tensors of one name',
    'MODEL_TENSOR',
    withEntry(1, { name: entries[0]?.name as string }),
  ],
};

export const unsuitable: typeof unreadable = {
  'architecture-absent': ['no architecture', 'MODEL_METADATA', without('general.architecture')],
  'architecture-unknown': [
    'an architecture that the profile does not describe',
    'MODEL_ARCHITECTURE',
    buildGguf({ ...parts.metadata, 'general.architecture': 'gptneox' }, parts.tensors),
  ],
  'key-absent': ['no width', 'MODEL_METADATA', without('llama.embedding_length')],
  'key-type': [
    'a width that is a string',
    'MODEL_METADATA',
    withMetadata({ 'llama.embedding_length': '32' }),
  ],
  'key-range': ['no layers', 'MODEL_METADATA', withMetadata({ 'llama.block_count': 0 })],
  'layers-absurd': ['2^31 - 1 layers', 'MODEL_TENSOR', withMetadata({ 'llama.block_count': 0x7fffffff })],
  'key-unknown': [
    'a hyper-parameter that the profile does not describe',
    'MODEL_ARCHITECTURE',
    withMetadata({ 'llama.residual_scale': { float: 0.5 } }),
  ],
  'epsilon-nan': [
    'an epsilon that is NaN',
    'MODEL_METADATA',
    withMetadata({ 'llama.attention.layer_norm_rms_epsilon': { float: Number.NaN } }),
  ],
  'heads-ragged': [
    '5 heads in 2 groups',
    'MODEL_METADATA',
    withMetadata({ 'llama.attention.head_count': 5 }),
  ],
  'context-long': ['a context of 2^20', 'MODEL_METADATA', withMetadata({ 'llama.context_length': 2 ** 20 })],
  yarn: ['RoPE scaled by yarn', 'MODEL_ARCHITECTURE', withMetadata({ 'llama.rope.scaling.type': 'yarn' })],
  experts: ['eight experts', 'MODEL_ARCHITECTURE', withMetadata({ 'llama.expert_count': 8 })],
  'vocabulary-differs': [
    'a vocabulary of another size',
    'MODEL_METADATA',
    withMetadata({ 'llama.vocab_size': 49 }),
  ],
  'tensor-absent': [
    'no weights of the first gate',
    'MODEL_TENSOR',
    buildGguf(
      parts.metadata,
      parts.tensors.filter(({ name }) => name !== 'blk.0.ffn_gate.weight'),
    ),
  ],
  'tensor-unknown': [
    'a tensor that the graph does not use',
    'MODEL_ARCHITECTURE',
    buildGguf(parts.metadata, [
      ...parts.tensors,
      { name: 'blk.0.adapter.weight', type: 'F32', sizes: [1], data: new Uint8Array(4) },
    ]),
  ],
  'tensor-shape': [
    'a feed-forward of another size',
    'MODEL_TENSOR',
    withMetadata({ 'llama.feed_forward_length': 96 }),
  ],
  'norm-quantised': [
    'a norm in Q8_0',
    'MODEL_TENSOR',
    buildGguf(
      parts.metadata,
      parts.tensors.map((tensor) =>
        tensor.name === 'output_norm.weight'
          ? { ...tensor, type: 'Q8_0' as const, data: new Uint8Array(weightTypes.Q8_0.bytes) }
          : tensor,
      ),
    ),
  ],
  'scale-nan': ['a scale that is NaN', 'MODEL_WEIGHTS', withScale(0x7e00)],
  'scale-infinite': ['a scale that is infinite', 'MODEL_WEIGHTS', withScale(0xfc00)],
  'divisor-zero': [
    'a divisor of RoPE that is zero',
    'MODEL_WEIGHTS',
    decoderFile({ architecture: 'llama', type: 'Q4_0', divisors: Float32Array.of(1, 1, 1, 0) }),
  ],
};
