import { dictionary } from './dictionary.ts';
import type { Random } from './random.ts';

/** Longest input that is made: decoders are tried for their answers here, for their speed by their own tests. */
const LONGEST = 1 << 16;
const INTERESTING = [0, 1, 0x20, 0x22, 0x2c, 0x30, 0x5b, 0x7b, 0x7f, 0x80, 0xff];

type Mutation = (input: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A range of the input, short ones more often than long. */
function range(input: Uint8Array, random: Random): [number, number] {
  const start = random.below(input.length + 1);
  const length = random.below(Math.min(input.length - start, random.pick([1, 4, 16, 64, input.length])) + 1);
  return [start, start + length];
}

const setByte = (input: Uint8Array, at: number, value: number) =>
  at < input.length ? input.with(at, value) : input;

const mutations: readonly Mutation[] = [
  (input, random) => {
    const at = random.below(input.length);
    return setByte(input, at, (input[at] ?? 0) ^ (1 << random.below(8)));
  },
  (input, random) => setByte(input, random.below(input.length), random.below(256)),
  (input, random) => setByte(input, random.below(input.length), random.pick(INTERESTING)),
  (input, random) => input.slice(0, random.below(input.length + 1)),
  (input, random) => input.slice(random.below(input.length + 1)),
  function remove(input, random) {
    const [start, end] = range(input, random);
    return join(input.subarray(0, start), input.subarray(end));
  },
  function repeat(input, random) {
    const [start, end] = range(input, random);
    return join(
      input.subarray(0, end),
      ...Array.from({ length: 1 + random.below(8) }, () => input.subarray(start, end)),
      input.subarray(end),
    );
  },
  function insertToken(input, random) {
    const at = random.below(input.length + 1);
    return join(input.subarray(0, at), random.pick(dictionary), input.subarray(at));
  },
  function replaceByToken(input, random) {
    const [start, end] = range(input, random);
    return join(input.subarray(0, start), random.pick(dictionary), input.subarray(end));
  },
  function splice(input, random, corpus) {
    const other = random.pick(corpus);
    return join(
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    );
  },
  function graft(input, random, corpus) {
    const other = random.pick(corpus);
    const [start, end] = range(other, random);
    const at = random.below(input.length + 1);
    return join(input.subarray(0, at), other.subarray(start, end), input.subarray(at));
  },
];

/** A new input: one of the corpus after one to four mutations. */
export function mutate(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let input = random.pick(corpus);
  for (let left = 1 + random.below(4); left > 0; left--)
    input = random.pick(mutations)(input, random, corpus);
  return input.slice(0, LONGEST);
}
