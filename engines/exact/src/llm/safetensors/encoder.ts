import { exactError } from '../../errors.ts';
import { type Architecture, float, hyperParameters, integer, LAYER } from './architecture.ts';
import type { Configuration } from './configuration.ts';
import { ignored } from './ignored.ts';

/** `architectures` of a bert whose tensors are known: alone, or below a head that is passed over. */
export const encoderHeads: readonly string[] = ['BertModel', 'BertForMaskedLM', 'BertForPreTraining'];

/** How an encoder pools, as GGUF numbers it. */
export type Pooling = 'mean' | 'first';

const POOLING_TYPE = { mean: 1, first: 2 } as const;

/** @throws CodedError `MODEL_METADATA`, `MODEL_ARCHITECTURE` */
export function readEncoder(config: Configuration, pooling: Pooling): Architecture {
  const vocabulary = config.count('vocab_size');
  const layers = config.count('num_hidden_layers');
  config.count('type_vocab_size');
  config.expect('hidden_act', 'gelu');
  config.expect('position_embedding_type', 'absolute');
  config.expect('is_decoder', false);
  config.expect('add_cross_attention', false);
  config.expect('chunk_size_feed_forward', 0);
  config.ignore(['tie_word_embeddings']);
  const metadata = hyperParameters('bert', {
    context_length: integer(config.count('max_position_embeddings')),
    embedding_length: integer(config.count('hidden_size')),
    block_count: integer(layers),
    feed_forward_length: integer(config.count('intermediate_size')),
    'attention.head_count': integer(config.count('num_attention_heads')),
    'attention.layer_norm_epsilon': float(config.optionalFloat('layer_norm_eps') ?? 1e-12),
    pooling_type: integer(POOLING_TYPE[pooling]),
    vocab_size: integer(vocabulary),
  });
  config.ignore(ignored);
  config.end();
  return {
    metadata,
    vocabulary,
    layers,
    rename,
    required: {
      model: [],
      layer: ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_up', 'ffn_down'].map(
        (part) => `${part}.bias`,
      ),
    },
  };
}

/**
 * How a sentence's embedding is made of its tokens': `1_Pooling/config.json` and `modules.json` of those who
 * published the model as an encoder of sentences.
 *
 * @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`
 */
export function readPooling(config: Configuration): Pooling {
  const flags = {
    mean: config.flag('pooling_mode_mean_tokens', false),
    first: config.flag('pooling_mode_cls_token', false),
  };
  for (const other of ['max_tokens', 'mean_sqrt_len_tokens', 'weightedmean_tokens', 'lasttoken'])
    config.expect(`pooling_mode_${other}`, false);
  config.ignore(['word_embedding_dimension', 'include_prompt']);
  config.end();
  if (flags.mean !== flags.first) return flags.mean ? 'mean' : 'first';
  throw exactError(
    'MODEL_ARCHITECTURE',
    'the model pools neither by mean alone nor by its first token alone, as this profile has it',
  );
}

/** Modules that an encoder of sentences may be made of; the last one is what the profile always does. */
const MODULES: ReadonlySet<string> = new Set([
  'sentence_transformers.models.Transformer',
  'sentence_transformers.models.Pooling',
  'sentence_transformers.models.Normalize',
]);

/** @throws CodedError `MODEL_ARCHITECTURE` */
export function checkModules(types: readonly (string | undefined)[]): void {
  const unknown = types.findIndex((type) => type === undefined || !MODULES.has(type));
  if (unknown < 0) return;
  throw exactError(
    'MODEL_ARCHITECTURE',
    `modules.json has a module of type ${JSON.stringify(types[unknown]?.slice(0, 80))}, which this profile does not describe`,
  );
}

const EMBEDDINGS: Readonly<Record<string, string>> = {
  word_embeddings: 'token_embd',
  position_embeddings: 'position_embd',
  token_type_embeddings: 'token_types',
};

const LINEAR: Readonly<Record<string, string>> = {
  'attention.self.query': 'attn_q',
  'attention.self.key': 'attn_k',
  'attention.self.value': 'attn_v',
  'attention.output.dense': 'attn_output',
  'intermediate.dense': 'ffn_up',
  'output.dense': 'ffn_down',
};

const NORMS: Readonly<Record<string, string>> = {
  'attention.output.LayerNorm': 'attn_output_norm',
  'output.LayerNorm': 'layer_output_norm',
};

/** Old files write gamma and beta. */
const NORM_KINDS: Readonly<Record<string, string>> = {
  weight: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
};

const own = (of: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const IN_LAYER = new RegExp(`^encoder\\.layer\\.${LAYER}\\.(.+)\\.([a-z]+)$`);
/** Heads for training, and positions that count from 0. */
const PASSED_OVER = /^(?:cls\.|pooler\.|embeddings\.position_ids$)/;

function rename(whole: string): string | undefined | null {
  const name = whole.replace(/^bert\./, '');
  if (PASSED_OVER.test(name)) return undefined;
  const [, embedding = ''] = /^embeddings\.(\w+)\.weight$/.exec(name) ?? [];
  const found = own(EMBEDDINGS, embedding);
  if (found !== undefined) return `${found}.weight`;
  const [, top = ''] = /^embeddings\.LayerNorm\.([a-z]+)$/.exec(name) ?? [];
  const topKind = own(NORM_KINDS, top);
  if (topKind !== undefined) return `token_embd_norm.${topKind}`;
  const [, layer, part = '', kind = ''] = IN_LAYER.exec(name) ?? [];
  const linear = own(LINEAR, part);
  if (linear !== undefined)
    return kind === 'weight' || kind === 'bias' ? `blk.${layer}.${linear}.${kind}` : null;
  const norm = own(NORMS, part);
  const normKind = own(NORM_KINDS, kind);
  return norm !== undefined && normKind !== undefined ? `blk.${layer}.${norm}.${normKind}` : null;
}
