import { exactError } from '../../errors.ts';
import { type Architecture, float, hyperParameters, integer, LAYER } from './architecture.ts';
import type { Configuration } from './configuration.ts';
import { ignored } from './ignored.ts';
import { readRope } from './rope.ts';

/** What distinguishes the decoders from each other in how a configuration describes them. */
interface Family {
  /** `general.architecture`. */
  readonly architecture: 'llama' | 'qwen2' | 'qwen3';
  /** `architectures` of the configuration. */
  readonly head: string;
  /** Whether `num_key_value_heads` and `head_dim` may be left out. */
  readonly groupsMayBeAbsent: boolean;
  readonly headWidthMayBeAbsent: boolean;
  /** Biases of q, k and v, and of the attention's output: always, never, or as the configuration says. */
  readonly biases: {
    readonly qkv: boolean | 'stated';
    readonly output: boolean | 'stated';
    readonly mlp: boolean | 'stated';
  };
  readonly headNorms: boolean;
  readonly window: 'none' | 'stated' | 'some-layers';
}

/** By `model_type`. */
export const decoderModelTypes: Readonly<Record<string, Family>> = {
  llama: {
    architecture: 'llama',
    head: 'LlamaForCausalLM',
    groupsMayBeAbsent: true,
    headWidthMayBeAbsent: true,
    biases: { qkv: 'stated', output: 'stated', mlp: 'stated' },
    headNorms: false,
    window: 'none',
  },
  mistral: {
    architecture: 'llama',
    head: 'MistralForCausalLM',
    groupsMayBeAbsent: false,
    headWidthMayBeAbsent: true,
    biases: { qkv: false, output: false, mlp: false },
    headNorms: false,
    window: 'stated',
  },
  qwen2: {
    architecture: 'qwen2',
    head: 'Qwen2ForCausalLM',
    groupsMayBeAbsent: false,
    headWidthMayBeAbsent: true,
    biases: { qkv: true, output: false, mlp: false },
    headNorms: false,
    window: 'some-layers',
  },
  qwen3: {
    architecture: 'qwen3',
    head: 'Qwen3ForCausalLM',
    groupsMayBeAbsent: false,
    headWidthMayBeAbsent: false,
    biases: { qkv: 'stated', output: 'stated', mlp: false },
    headNorms: true,
    window: 'some-layers',
  },
};

/** @throws CodedError `MODEL_METADATA`, `MODEL_ARCHITECTURE` */
export function readDecoder(config: Configuration, family: Family): Architecture {
  const width = config.count('hidden_size');
  const heads = config.count('num_attention_heads');
  const layers = config.count('num_hidden_layers');
  const headWidth = family.headWidthMayBeAbsent ? config.optionalCount('head_dim') : config.count('head_dim');
  const groups = family.groupsMayBeAbsent
    ? config.optionalCount('num_key_value_heads')
    : config.count('num_key_value_heads');
  const vocabulary = config.count('vocab_size');
  const tied = config.flag('tie_word_embeddings', false);
  const rope = readRope(config, headWidth ?? width / heads);
  const window = readWindow(config, family, layers);
  const biases = readBiases(config, family);
  config.expect('hidden_act', 'silu');
  config.expect('rope_interleaved', false);
  config.expect('use_mrope', false);
  config.expect('partial_rotary_factor', 1);
  config.ignore(['is_decoder']);
  const { architecture } = family;
  const metadata = hyperParameters(architecture, {
    context_length: integer(config.count('max_position_embeddings')),
    embedding_length: integer(width),
    block_count: integer(layers),
    feed_forward_length: integer(config.count('intermediate_size')),
    'attention.head_count': integer(heads),
    'attention.head_count_kv': groups === undefined ? undefined : integer(groups),
    'attention.key_length': headWidth === undefined ? undefined : integer(headWidth),
    'attention.layer_norm_rms_epsilon': float(config.float('rms_norm_eps')),
    'attention.sliding_window': window === undefined ? undefined : integer(window),
    'rope.freq_base': float(rope.base),
    ...rope.scaling,
    vocab_size: integer(vocabulary),
  });
  config.ignore(ignored);
  config.end();
  return {
    metadata,
    order: 'halves',
    ...(rope.divisors ? { divisors: rope.divisors } : {}),
    vocabulary,
    layers,
    rename: renaming(tied, biases, family.headNorms),
    required: {
      model: tied ? [] : ['output.weight'],
      layer: Object.entries(LINEAR).flatMap(([name, part]) =>
        biases[BIASED[name] ?? 'mlp'] ? [`${part}.bias`] : [],
      ),
    },
  };
}

type Biases = Readonly<Record<keyof Family['biases'], boolean>>;

function readBiases(config: Configuration, { biases }: Family): Biases {
  const attention = biases.qkv === 'stated' && config.flag('attention_bias', false);
  const mlp = biases.mlp === 'stated' && config.flag('mlp_bias', false);
  if (biases.qkv === false) config.expect('attention_bias', false);
  if (biases.mlp === false) config.expect('mlp_bias', false);
  const of = (bias: boolean | 'stated', stated: boolean): boolean => (bias === 'stated' ? stated : bias);
  return { qkv: of(biases.qkv, attention), output: of(biases.output, attention), mlp: of(biases.mlp, mlp) };
}

/**
 * The window that every layer has; undefined where none has one.
 *
 * @throws CodedError `MODEL_METADATA`; `MODEL_ARCHITECTURE` where some layers have it and others not
 */
function readWindow(config: Configuration, { window }: Family, layers: number): number | undefined {
  if (window === 'none') {
    config.expect('sliding_window');
    return undefined;
  }
  if (window === 'stated') {
    // Where nothing is said, the publishers' code takes a window of 4096, and other tools none.
    return config.states('sliding_window')
      ? config.optionalCount('sliding_window')
      : config.count('sliding_window');
  }
  const stated = config.optionalCount('sliding_window');
  const size = config.flag('use_sliding_window', false) ? stated : undefined;
  const from = config.optionalCount('max_window_layers', { least: 0 }) ?? layers;
  const kinds = config.texts('layer_types');
  if (kinds && (kinds.length !== layers || kinds.some((kind) => !KINDS.has(kind)))) throw mixed();
  const sliding = kinds
    ? kinds.filter((kind) => kind === SLIDING).length
    : size === undefined
      ? 0
      : layers - Math.min(from, layers);
  if (sliding === 0) return undefined;
  if (sliding === layers && size !== undefined) return size;
  throw mixed();
}

const SLIDING = 'sliding_attention';
const KINDS: ReadonlySet<string> = new Set(['full_attention', SLIDING]);

const mixed = () =>
  exactError(
    'MODEL_ARCHITECTURE',
    "the model's layers differ in what they see, or it says so in a way that this profile does not describe: convert it to GGUF, for profile llama-wasm-1 or fast",
  );

/** Linear parts of a layer. */
const LINEAR: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

const BIASED: Readonly<Record<string, keyof Biases>> = {
  'self_attn.q_proj': 'qkv',
  'self_attn.k_proj': 'qkv',
  'self_attn.v_proj': 'qkv',
  'self_attn.o_proj': 'output',
};

const NORMS: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
};

const HEAD_NORMS: Readonly<Record<string, string>> = {
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
};

const TOP: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
};

const IN_LAYER = new RegExp(`^model\\.layers\\.${LAYER}\\.(.+)\\.(weight|bias)$`);
/** Frequencies that old files keep, and that follow from the configuration. */
const FREQUENCIES = new RegExp(`^model\\.(?:layers\\.${LAYER}\\.self_attn\\.)?rotary_emb\\.inv_freq$`);

const own = (of: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

function renaming(tied: boolean, biases: Biases, headNorms: boolean): Architecture['rename'] {
  return (name) => {
    if (name === 'lm_head.weight') return tied ? undefined : 'output.weight';
    if (FREQUENCIES.test(name)) return undefined;
    const top = own(TOP, name);
    if (top !== undefined) return top;
    const [, layer, part = '', kind] = IN_LAYER.exec(name) ?? [];
    const linear = own(LINEAR, part);
    if (linear !== undefined && (kind === 'weight' || biases[BIASED[part] ?? 'mlp']))
      return `blk.${layer}.${linear}.${kind}`;
    const norm = own(NORMS, part) ?? (headNorms ? own(HEAD_NORMS, part) : undefined);
    return norm !== undefined && kind === 'weight' ? `blk.${layer}.${norm}.weight` : null;
  };
}
