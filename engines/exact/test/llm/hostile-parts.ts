import { buildGguf, type Tensor, type Value } from './build-gguf.ts';

/** Files that are no whole model in several, each with one fault. */

const tensor = (name: string): Tensor => ({ name, type: 'F32', sizes: [8], data: new Uint8Array(32) });

const first = 'm-00001-of-00003.gguf';
const [second, third] = ['m-00002-of-00003.gguf', 'm-00003-of-00003.gguf'];

type Members = Readonly<Record<string, Value>>;

/** @param change members that it has instead, or beside the usual ones */
const part = (number: number, tensors: readonly Tensor[], change: Members = {}): Uint8Array =>
  buildGguf(
    {
      ...(number === 0 ? { 'general.architecture': 'llama', words: { strings: ['a', 'b'] } } : {}),
      'split.no': number,
      'split.count': 3,
      'split.tensors.count': 2,
      ...change,
    },
    tensors,
  );

/** Parts by path, of which the first has no tensor. */
export const soundParts: Readonly<Record<string, Uint8Array>> = {
  [first]: part(0, []),
  [second]: part(1, [tensor('one')]),
  // What the first part says, and an alignment of its own.
  [third]: part(2, [tensor('two')], { 'general.alignment': 64, words: { strings: ['a', 'b'] } }),
};

interface HostileParts {
  readonly what: string;
  readonly code: string;
  readonly message: RegExp;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly entry: string;
}

const hostile = (
  what: string,
  message: RegExp,
  change: Readonly<Record<string, Uint8Array>>,
  { code = 'MODEL_MALFORMED', entry = first } = {},
): HostileParts => ({ what, code, message, files: { ...soundParts, ...change }, entry });

const { [second]: _, ...withoutSecond } = soundParts;
const many = 'm-00001-of-01001.gguf';
const ofTwo = 'm-00001-of-00002.gguf';

export const hostileParts: Readonly<Record<string, HostileParts>> = {
  'part-absent': {
    ...hostile('no second part', /00002-of-00003\.gguf is a part .* absent/, {}),
    files: withoutSecond,
  },
  'part-twice': hostile('the second part for the third', /00003-of-00003\.gguf states another place/, {
    [third]: part(1, [tensor('two')]),
  }),
  'part-of-another': hostile('the second of four parts', /another split\.count/, {
    [second]: part(1, [tensor('one')], { 'split.count': 4 }),
  }),
  'part-of-more-tensors': hostile('a part of a model with three tensors', /another split\.tensors\.count/, {
    [second]: part(1, [tensor('one')], { 'split.tensors.count': 3 }),
  }),
  'part-whole': hostile('a whole file for the second part', /split\.no is absent/, {
    [second]: buildGguf({}, [tensor('one')]),
  }),
  'part-garbage': hostile('bytes that are no part', /does not begin with GGUF/, {
    [second]: new Uint8Array(64),
  }),
  'part-number-text': hostile('a split.no that is a text', /split\.no is absent or no count/, {
    [second]: part(1, [tensor('one')], { 'split.no': '1' }),
  }),
  'part-member-differs': hostile('a part of another architecture', /"general\.architecture" otherwise/, {
    [second]: part(1, [tensor('one')], { 'general.architecture': 'qwen2' }),
  }),
  'part-list-differs': hostile('a part with another list', /"words" otherwise/, {
    [second]: part(1, [tensor('one')], { words: { strings: ['a', 'c'] } }),
  }),
  'part-member-unknown': hostile(
    'a part with a member that the first has not',
    /"llama\.rope\.freq_base" otherwise/,
    {
      [second]: part(1, [tensor('one')], { 'llama.rope.freq_base': { float: 2 } }),
    },
  ),
  'part-tensor-twice': hostile(
    'a tensor in two parts',
    /"one" lies in m-00003-of-00003\.gguf and in a part before/,
    { [third]: part(2, [tensor('one')]) },
    { code: 'MODEL_TENSOR' },
  ),
  'part-tensor-absent': hostile('fewer tensors than stated', /states 2 tensors, and its parts have 1/, {
    [third]: part(2, []),
  }),
  'part-tensor-more': hostile('more tensors than stated', /states 2 tensors, and its parts have more/, {
    [third]: part(2, [tensor('two'), tensor('three')]),
  }),
  'parts-entry-second': hostile('an entry that is the second part', /is part 2 of 3/, {}, { entry: second }),
  'parts-entry-unnamed': hostile(
    'an entry whose path does not say that it is a part',
    /its name must end/,
    { 'm.gguf': part(0, []) },
    { entry: 'm.gguf' },
  ),
  'parts-entry-of-two': hostile(
    'an entry whose path says two parts, where there are three',
    /its name must end/,
    { [ofTwo]: part(0, []) },
    { entry: ofTwo },
  ),
  'parts-count-text': hostile('a split.count that is a text', /split\.count is absent or no count/, {
    [first]: part(0, [], { 'split.count': '3' }),
  }),
  'parts-absurd': hostile(
    '1,001 parts',
    /states 1001 parts, more than 1000/,
    { [many]: part(0, [], { 'split.count': 1_001 }) },
    { code: 'MODEL_TOO_LARGE', entry: many },
  ),
  'parts-tensors-absurd': hostile(
    '16,385 tensors of all parts',
    /states 16385 tensors, more than 16384/,
    { [first]: part(0, [], { 'split.tensors.count': 16_385 }) },
    { code: 'MODEL_TOO_LARGE' },
  ),
};
