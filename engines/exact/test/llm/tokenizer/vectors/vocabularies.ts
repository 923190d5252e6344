import { buildGguf, type Value } from '../../build-gguf.ts';
import { fuzzText } from '../fuzz-text.ts';
import { trainPairs } from '../train-pairs.ts';

/** Small vocabularies in the forms that models come in. */

const TRAINED_ON = 160;
const MERGES = 260;

/** Its merges cross every boundary, so that tokens show where pieces end. */
const train = (merges: number) =>
  trainPairs(
    Array.from({ length: TRAINED_ON }, (_, i) => fuzzText(100_000 + i)),
    merges,
  );

export const pairs = train(MERGES);

/** Enough for a file whose fault is elsewhere. */
export const fewPairs = train(12);

export const BYTE_TOKENS = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

const specials = ['<|end|>', '<|im_start|>', '<x>'];

/** A metadata-only GGUF file with a vocabulary of byte pairs. */
export function pairsGguf(
  pre: string,
  changed: Readonly<Record<string, Value | undefined>> = {},
  { tokens, merges } = pairs,
): Uint8Array {
  const kinds = [...tokens.map(() => 1), 3, 3, 4];
  return metadataFile({
    'general.architecture': 'llama',
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.tokens': { strings: [...tokens, ...specials] },
    'tokenizer.ggml.token_type': { integers: kinds },
    'tokenizer.ggml.merges': { strings: merges },
    'tokenizer.ggml.bos_token_id': tokens.length + 1,
    'tokenizer.ggml.eos_token_id': tokens.length,
    ...changed,
  });
}

/** Pieces of text with the scores that SentencePiece would give: the longer the later, each its own. */
export const pieces: readonly string[] = [
  '<unk>',
  '<s>',
  '</s>',
  ...BYTE_TOKENS,
  '▁',
  't',
  'h',
  'e',
  'a',
  'n',
  'd',
  '▁t',
  'he',
  '▁the',
  '▁a',
  'nd',
  '▁and',
  '▁▁',
  '▁▁▁▁',
  'п',
  'р',
  'пр',
  '中',
  '文',
  '中文',
  '1',
  '2',
  '12',
  "'",
  's',
  "'s",
  '▁the▁',
  '.',
  '..',
  '...',
];

const pieceScores = pieces.map((_, id) => (id < 259 ? 0 : -(id - 258)));

export function piecesGguf(changed: Readonly<Record<string, Value | undefined>> = {}): Uint8Array {
  return metadataFile({
    'general.architecture': 'llama',
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': { strings: pieces },
    'tokenizer.ggml.scores': { floats: pieceScores },
    'tokenizer.ggml.token_type': {
      integers: pieces.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)),
    },
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.unknown_token_id': 0,
    ...changed,
  });
}

/** A WordPiece vocabulary as BERT's: entries that go on in a word have `##` before them. */
export const words: readonly string[] = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...'abcdefghijklmnopqrstuvwxyz0123456789'.split(''),
  ...'abcdefghijklmnopqrstuvwxyz0123456789'.split('').map((each) => `##${each}`),
  ...'.,!?\'"()-_/$+<=>^|~`@#&*[]{}中文日本語'.split(''),
  'the',
  'html',
  '##parser',
  '##phone',
  'ecole',
  'naive',
  'при',
  '##вет',
  'мир',
  '123',
  '##456',
  'strasse',
  'ͅ',
];

export function wordsGguf(changed: Readonly<Record<string, Value | undefined>> = {}): Uint8Array {
  const tokens = words.map((text, id) =>
    id < 5 ? text : text.startsWith('##') ? text.slice(2) : `▁${text}`,
  );
  return metadataFile({
    'general.architecture': 'bert',
    'tokenizer.ggml.model': 'bert',
    'tokenizer.ggml.tokens': { strings: tokens },
    'tokenizer.ggml.token_type': { integers: tokens.map((_, id) => (id < 5 ? 3 : 1)) },
    'tokenizer.ggml.unknown_token_id': 1,
    'tokenizer.ggml.cls_token_id': 2,
    'tokenizer.ggml.seperator_token_id': 3,
    'tokenizer.ggml.padding_token_id': 0,
    'tokenizer.ggml.mask_token_id': 4,
    ...changed,
  });
}

function metadataFile(metadata: Readonly<Record<string, Value | undefined>>): Uint8Array {
  const given: Record<string, Value> = {};
  for (const [key, value] of Object.entries(metadata)) if (value !== undefined) given[key] = value;
  return buildGguf(given, []);
}
