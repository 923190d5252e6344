import { toBase64 } from '@isobit/core';
import { fuzzText } from '../fuzz-text.ts';
import * as hub from './hub-files.ts';
import type { Vector } from './operations.ts';
import { pairs, pairsGguf, piecesGguf, wordsGguf } from './vocabularies.ts';

export type Cases = Readonly<Record<string, Vector>>;

const FUZZED = 40;

/** Texts that a peer was asked for as well: ask-peers.ts. */
const fuzzed = Array.from({ length: FUZZED }, (_, i) => ({ text: fuzzText(i), special: i % 2 === 1 }));

const written = [
  { text: '' },
  { text: ' ' },
  { text: 'the cat' },
  { text: ' the  and\n' },
  { text: '<|im_start|>the<|end|>  and', special: false },
  { text: '<|im_start|>the<|end|>  and', special: true },
  { text: 'a <x> b', special: false },
  { text: 'the', special: true, whole: true },
  { text: '<|im_start|>the', special: true, whole: true },
  { text: '<s>the</s> and', special: true, whole: true },
  { text: '<s>the</s> and', special: false, whole: true },
];

const cases = [...written, ...fuzzed];

const gguf = (description: string, bytes: Uint8Array, texts: readonly object[] = cases): Vector => ({
  description,
  kind: 'encode',
  gguf: toBase64(bytes),
  cases: texts,
});

const ofHub = (description: string, tokenizer: hub.Json, files: hub.Json = {}): Vector => ({
  description,
  kind: 'encode',
  hub: { tokenizer, ...files },
  cases,
});

const byPre = (pre: string, description: string) =>
  [`gguf-${pre}`, gguf(description, pairsGguf(pre))] as const;

const ggufs = Object.fromEntries([
  byPre('gpt-2', 'byte pairs, cut as in GPT-2'),
  byPre('smollm', 'digits by themselves, then as GPT-2'),
  byPre('llama-bpe', 'as in Llama 3: digits in threes, BOS, and pieces that are tokens do not merge'),
  byPre('qwen2', 'as in Qwen 2: digits by themselves'),
  byPre('default', 'what older files without a pre-tokenizer meant'),
  byPre('deepseek-v3', 'digits in threes, ideographs, then words with their marks'),
  byPre('tekken', "Mistral's: words change from upper to lower case once, marks are of the letters"),
]);

const bert = wordsGguf();
const split = hub.split;
const P = hub.publishedPatterns;

const hubs: Cases = {
  'hub-gpt-2': ofHub('tokenizer.json of GPT-2', hub.pairsJson(hub.byteLevel(true))),
  'hub-llama-3': ofHub(
    'tokenizer.json of Llama 3, with its configuration',
    hub.pairsJson(split(P.llama3), {}, { ignore_merges: true }),
    {
      config: { bos_token: '<|im_start|>', eos_token: { content: '<|end|>' }, add_bos_token: true },
      generation: { eos_token_id: [pairs.tokens.length, pairs.tokens.length + 1] },
    },
  ),
  'hub-qwen-2': ofHub(
    'tokenizer.json of Qwen 2: NFC first',
    hub.pairsJson(split(P.qwen2), { normalizer: { type: 'NFC' } }),
  ),
  'hub-tekken': ofHub("tokenizer.json with Mistral's pattern", hub.pairsJson(split(P.tekken))),
  'hub-llama-2': ofHub(
    'tokenizer.json of Llama 2: characters, bytes where none is a token',
    hub.piecesJson(hub.prependAndReplace, null),
  ),
  'hub-metaspace-first': ofHub(
    'a space before the text alone, unless one is there',
    hub.piecesJson(null, hub.metaspace('first', false)),
  ),
  'hub-metaspace-split': ofHub(
    'a space before each text, cut before each space',
    hub.piecesJson(null, hub.metaspace('always', true)),
  ),
  'hub-unigram': ofHub(
    'Unigram, unknown characters together',
    hub.unigramJson(hub.metaspace('always', true)),
  ),
  'hub-unigram-bytes': ofHub(
    'Unigram, bytes where no piece fits',
    hub.unigramJson(hub.metaspace('never', false), { byte_fallback: true }),
  ),
  'hub-bert': ofHub('WordPiece of BERT', hub.wordsJson()),
  'hub-bert-cased': ofHub('WordPiece with case and accents', hub.wordsJson({ lowercase: false })),
};

const bytes: Cases = {
  'bytes-pairs': {
    description:
      'what tokens of byte pairs stand for: a byte, a piece; control tokens nothing, defined ones their text',
    kind: 'bytes',
    gguf: toBase64(pairsGguf('gpt-2')),
    tokens: [0, 32, 200, 255, 256, 270, pairs.tokens.length, pairs.tokens.length + 2],
  },
  'bytes-pieces': {
    description: 'what pieces stand for: U+2581 is a space, <0xE4> a byte, <unk> and <s> nothing',
    kind: 'bytes',
    gguf: toBase64(piecesGguf()),
    tokens: [0, 1, 2, 3, 231, 259, 268, 273],
  },
  'bytes-words': {
    description: 'a word begins with a space, what goes on does not',
    kind: 'bytes',
    gguf: toBase64(bert),
    tokens: [0, 5, 41, 120],
  },
};

const streams: Cases = {
  'detokenize-split': {
    description: 'a character of four bytes over four tokens',
    kind: 'detokenize',
    bytes: ['61f0', '9f', '98', '80', '62'],
  },
  'detokenize-ill-formed': {
    description: 'ill-formed parts are U+FFFD, each as soon as it is certain',
    kind: 'detokenize',
    bytes: ['f0', '61', 'ff', 'e4b8', 'e4b8', 'c3'],
  },
  'detokenize-mark': {
    description: 'a byte order mark is text',
    kind: 'detokenize',
    bytes: ['efbb', 'bf61'],
  },
  'stop-held': {
    description: 'what may become a stop string is held back',
    kind: 'stop',
    bytes: ['61', '3c', '62', '3c65', '6e', '643e', '63'],
    strings: ['<end>'],
  },
  'stop-none': {
    description: 'the answer ends otherwise: what was held back is text',
    kind: 'stop',
    bytes: ['613c', '65'],
    strings: ['<end>'],
  },
  'stop-first': {
    description: 'of two in one token the one that begins first',
    kind: 'stop',
    bytes: ['7861626378'],
    strings: ['bc', 'ab'],
  },
  'stop-longest': {
    description: 'of two that begin together the longer',
    kind: 'stop',
    bytes: ['7861626378'],
    strings: ['ab', 'abc'],
  },
  'stop-character': {
    description: 'half a character matches nothing',
    kind: 'stop',
    bytes: ['61c3', 'a962'],
    strings: ['\u{fffd}', 'é'],
  },
};

const texts = [
  "I'Ve 12345 apples,\n\n  it's 3½ o'clock!\t ",
  'HTMLParser naïveÉCOLE ǅabc ʰx',
  'e\u0301\u0323 कि ក់ 中文かな한국',
  '  \n \r\n   x',
  "don't DON'T 'tis ''",
  '٣٤٥٦ ²³ Ⅷ 1,000.50',
  '...!?<=>$^`|~ “x” 😀👩\u200d👧',
  '\u00a0\u3000\u2028\u0085a',
  'ÄÖ/äö//\r\n',
  '',
];

const pieces: Cases = Object.fromEntries(
  [
    'gpt-2',
    'digits',
    'llama-3',
    'qwen-2',
    'tekken',
    'gpt-4o',
    'deepseek-llm',
    'deepseek-coder',
    'deepseek-v3',
    'falcon',
    'default',
    'mark-spaces',
    'none',
  ].map((name) => [
    `pieces-${name}`,
    {
      description: `where ${name} cuts`,
      kind: 'pieces',
      preTokenizer: name,
      texts: name === 'mark-spaces' ? ['▁a▁▁b', 'a b▁'] : texts,
    },
  ]),
);

export const valid: Cases = {
  ...ggufs,
  'gguf-llama': gguf('scored pairs of SentencePiece', piecesGguf()),
  'gguf-llama-no-prefix': gguf(
    'no space before the text',
    piecesGguf({ 'tokenizer.ggml.add_space_prefix': false, 'tokenizer.ggml.add_eos_token': true }),
  ),
  'gguf-bert': gguf('WordPiece', bert),
  ...hubs,
  ...bytes,
  ...streams,
  ...pieces,
  normalize: {
    description: 'normal forms and lower case of Unicode 17.0',
    kind: 'normalize',
    texts: [
      'Å\u212b\u0041\u030a',
      'ế\u1ebf',
      'e\u0301\u0323',
      'e\u0323\u0301',
      '각\u1100\u1161\u11a8',
      '\u0958\ufb2c',
      'ΑΣΑΣ',
      'İıſẞ',
      'ǅﬃ',
      '\u1c89\ua7cb',
    ],
  },
};
