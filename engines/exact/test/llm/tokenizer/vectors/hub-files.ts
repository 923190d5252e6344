import { pairs, pieces, words } from './vocabularies.ts';

/** tokenizer.json files of the same vocabularies. */

export type Json = Readonly<Record<string, unknown>>;

const added = (id: number, content: string, special: boolean, more: Json = {}) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special,
  ...more,
});

const ids = (list: readonly string[]) => Object.fromEntries(list.map((text, id) => [text, id]));

const WORDS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+`;
const REST = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const U = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const L = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const B = String.raw`[^\r\n\p{L}\p{N}]?`;

/** Patterns as models publish them. */
export const publishedPatterns = {
  llama3: String.raw`${WORDS}|\p{N}{1,3}|${REST}`,
  qwen2: String.raw`${WORDS}|\p{N}|${REST}`,
  tekken: String.raw`${B}${U}*${L}+|${B}${U}+${L}*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
} as const;

export const byteLevel = (regex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: regex,
});

export const split = (pattern: string) => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    byteLevel(false),
  ],
});

export function pairsJson(
  preTokenizer: unknown,
  root: Json = {},
  model: Json = {},
  { tokens, merges } = pairs,
): Json {
  return {
    version: '1.0',
    added_tokens: [
      added(tokens.length, '<|end|>', true, { rstrip: true }),
      added(tokens.length + 1, '<|im_start|>', true),
      added(tokens.length + 2, '<x>', false, { lstrip: true }),
    ],
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: ids(tokens),
      merges,
      ...model,
    },
    ...root,
  };
}

const begins = (id: string, token: number) => ({
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }],
  special_tokens: { [id]: { id, ids: [token], tokens: [id] } },
});

const markers = [added(0, '<unk>', true), added(1, '<s>', true), added(2, '</s>', true)];

/** Pairs of the pieces, the shorter first: what a conversion from SentencePiece gives. */
const pieceMerges = pieces.slice(259).flatMap((text) => {
  const characters = Array.from(text);
  const cuts = characters
    .slice(1)
    .map((_, i) => [characters.slice(0, i + 1).join(''), characters.slice(i + 1).join('')]);
  return cuts.filter((pair) => pair.every((each) => pieces.includes(each)));
});

export function piecesJson(normalizer: unknown, preTokenizer: unknown, model: Json = {}): Json {
  return {
    version: '1.0',
    added_tokens: markers,
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: begins('<s>', 1),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: ids(pieces),
      merges: pieceMerges,
      ...model,
    },
  };
}

export const prependAndReplace = {
  type: 'Sequence',
  normalizers: [
    { type: 'Prepend', prepend: '▁' },
    { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  ],
};

export const metaspace = (scheme: string, splits: boolean) => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme: scheme,
  split: splits,
});

export function unigramJson(preTokenizer: unknown, model: Json = {}): Json {
  // Primes, so that no two segmentations have one sum.
  const vocab = pieces.map((text, id) => [text, id < 259 ? 0 : -Math.sqrt(id * 7 + 2)] as const);
  return {
    version: '1.0',
    added_tokens: markers,
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    model: { type: 'Unigram', unk_id: 0, byte_fallback: false, vocab, ...model },
  };
}

export function wordsJson(normalizer: Json = {}, root: Json = {}): Json {
  return {
    version: '1.0',
    added_tokens: words.slice(0, 5).map((text, id) => added(id, text, true)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
      ...normalizer,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 20,
      vocab: ids(words),
    },
    ...root,
  };
}
