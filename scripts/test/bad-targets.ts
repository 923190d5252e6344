import { CodedError } from '@isobit/core';

const seeds = () => [new TextEncoder().encode('{"a":1}')];
const kept: Uint8Array[] = [];

/** Decoders with one fault each, to see that the fuzzer finds it. */
export const targets = {
  good: {
    run(bytes: Uint8Array) {
      if (bytes.length % 2 === 0) throw new CodedError('ODD', 'an even length');
    },
    seeds,
  },
  throws: {
    run(bytes: Uint8Array) {
      if (bytes.includes(0x5b)) throw new TypeError('a bracket');
    },
    seeds,
  },
  'throws-later': {
    run: async (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
    seeds,
  },
  'throws-text': {
    run() {
      throw 'a text';
    },
    seeds,
  },
  slow: {
    run() {
      const ends = performance.now() + 30;
      while (performance.now() < ends);
    },
    seeds,
  },
  keeps: {
    run() {
      kept.push(new Uint8Array(1 << 20).fill(1));
    },
    seeds,
  },
  hangs: {
    run(bytes: Uint8Array) {
      while (bytes.length !== 7);
    },
    seeds,
  },
  'keeps-input': {
    run(bytes: Uint8Array) {
      bytes.fill(0);
    },
    seeds,
  },
};
