import type { WeightType } from '../../src/llm/reference/index.ts';
import type { Value } from './build-gguf.ts';
import type { Random } from './random.ts';
import { decoderFile, type ModelSize } from './random-model.ts';

/** What a file is called for: types of its matrices as llama.cpp's quantiser mixes them. */
export type Quantisation = WeightType | 'Q4_K_M';

export interface MakeModelOptions {
  /** About 100 million parameters. Absent: `llama`. */
  readonly shape?: keyof typeof shapes;
  readonly quantisation: Quantisation;
  readonly context?: number;
}

interface Shape extends ModelSize {
  readonly layers: number;
  readonly tied: boolean;
}

/** Shapes of published models. Rows are multiples of 256, so that every type fits, but for SmolLM's. */
export const shapes = {
  /** Twelve layers of 768, each head with keys of its own: 110 million parameters. */
  llama: {
    layers: 12,
    width: 768,
    hidden: 2048,
    heads: 12,
    groups: 12,
    headWidth: 64,
    vocabulary: 32_000,
    tied: true,
  },
  /** The same with four heads a group. */
  grouped: {
    layers: 12,
    width: 768,
    hidden: 2048,
    heads: 12,
    groups: 3,
    headWidth: 64,
    vocabulary: 32_000,
    tied: true,
  },
  /** SmolLM2-135M. */
  smollm: {
    layers: 30,
    width: 576,
    hidden: 1536,
    heads: 9,
    groups: 3,
    headWidth: 64,
    vocabulary: 49_152,
    tied: true,
  },
} satisfies Record<string, Shape>;

const types: Partial<Record<Quantisation, (name: string) => WeightType>> = {
  Q4_K_M: (name) => (/attn_v|ffn_down|token_embd/.test(name) ? 'Q6_K' : 'Q4_K'),
};

/**
 * A GGUF file with random weights of about the size that trained ones have: for benchmarks, made in a second.
 * The same on every machine.
 */
export function makeModel({ shape = 'llama', quantisation, context = 4_096 }: MakeModelOptions): Uint8Array {
  const { layers, tied, ...size } = shapes[shape];
  const made = types[quantisation];
  return decoderFile({
    architecture: 'llama',
    type: made ?? (quantisation as WeightType),
    random: fastRandom(1),
    size,
    layers,
    tied,
    context,
    scale: 0.06,
    blockScale: 0.2,
    metadata: { 'llama.rope.freq_base': { float: 10_000 }, ...vocabularyOf(size.vocabulary) },
  });
}

/** Words that mean nothing: llama.cpp loads no model without a vocabulary. */
function vocabularyOf(size: number): Record<string, Value> {
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': { strings: Array.from({ length: size }, (_, i) => `word${i}`) },
    'tokenizer.ggml.merges': { strings: ['w o'] },
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
  };
}

/** Xorshift by whole words. */
function fastRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const float = (): number => Math.fround(next() / 2 ** 31 - 1);
  return {
    integer: (below) => next() % below,
    float,
    floats(length, scale = 1) {
      const made = new Float32Array(length);
      for (let i = 0; i < length; i++) made[i] = float() * scale;
      return made;
    },
    bytes(length) {
      const words = new Uint32Array(Math.ceil(length / 4));
      for (let i = 0; i < words.length; i++) words[i] = next();
      return new Uint8Array(words.buffer, 0, length);
    },
  };
}
