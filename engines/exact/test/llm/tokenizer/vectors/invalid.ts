import { toBase64 } from '@isobit/core';
import type { Value } from '../../build-gguf.ts';
import * as hub from './hub-files.ts';
import type { Vector } from './operations.ts';
import type { Cases } from './valid.ts';
import { fewPairs, pairsGguf, pieces, piecesGguf, wordsGguf } from './vocabularies.ts';

const INVALID = 'TOKENIZER_INVALID';
const UNSUPPORTED = 'TOKENIZER_UNSUPPORTED';
const LIMIT = 'TOKENIZER_LIMIT';

const gguf = (description: string, bytes: Uint8Array, error: string): Vector => ({
  description,
  kind: 'encode',
  gguf: toBase64(bytes),
  error,
});
const ofHub = (description: string, tokenizer: unknown, error: string, files: hub.Json = {}): Vector => ({
  description,
  kind: 'encode',
  hub: { tokenizer, ...files },
  error,
});

const ofPieces = (description: string, name: string, value: Value | undefined, error: string = INVALID) =>
  gguf(description, piecesGguf({ [`tokenizer.ggml.${name}`]: value }), error);
const ofPairs = (description: string, name: string, value: Value | undefined, error: string = INVALID) =>
  gguf(description, pairsGguf('gpt-2', { [`tokenizer.ggml.${name}`]: value }, fewPairs), error);

const { tokens, merges } = fewPairs;
const pairsJson = (preTokenizer: unknown, root: hub.Json = {}, model: hub.Json = {}) =>
  hub.pairsJson(preTokenizer, root, model, fewPairs);
const all = [...tokens, '<|end|>', '<|im_start|>', '<x>'];
const changed = <Element>(list: readonly Element[], at: number, value: Element): Element[] =>
  list.map((each, i) => (i === at ? value : each));
const kinds = pieces.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));
const scores = pieces.map((_, id) => -id);

const ggufs: Cases = {
  'model-absent': ofPieces('no kind of tokenizer', 'model', undefined),
  'model-unknown': ofPieces('a kind that the profile does not describe', 'model', 't5', UNSUPPORTED),
  'model-type': ofPieces('a kind that is a number', 'model', 7),
  'pre-unknown': ofPairs('a pre-tokenizer that the profile does not describe', 'pre', 'bloom', UNSUPPORTED),
  'member-unknown': ofPieces(
    'a member that would change tokens',
    'precompiled_charsmap',
    { integers: [0] },
    UNSUPPORTED,
  ),
  'white-space-removed': ofPieces(
    'white space that is taken away',
    'remove_extra_whitespaces',
    true,
    UNSUPPORTED,
  ),
  'tokens-absent': ofPieces('no vocabulary', 'tokens', undefined),
  'tokens-empty': gguf(
    'an empty vocabulary',
    piecesGguf({
      'tokenizer.ggml.tokens': { strings: [] },
      'tokenizer.ggml.scores': { floats: [] },
      'tokenizer.ggml.token_type': { integers: [] },
      'tokenizer.ggml.bos_token_id': undefined,
      'tokenizer.ggml.eos_token_id': undefined,
      'tokenizer.ggml.unknown_token_id': undefined,
      'tokenizer.ggml.add_bos_token': false,
    }),
    INVALID,
  ),
  'tokens-numbers': ofPieces('a vocabulary of numbers', 'tokens', { integers: pieces.map((_, i) => i) }),
  'tokens-twice': ofPieces('one text with two ids', 'tokens', {
    strings: changed(pieces, 270, 'the').map((text, i) => (i === 271 ? 'the' : text)),
  }),
  'token-long': ofPieces(
    'a token of 1,025 bytes',
    'tokens',
    { strings: changed(pieces, 270, 'x'.repeat(1_025)) },
    LIMIT,
  ),
  'kinds-short': ofPieces('fewer kinds than tokens', 'token_type', { integers: kinds.slice(1) }),
  'kind-unknown': ofPieces('a token of kind 9', 'token_type', { integers: changed(kinds, 270, 9) }),
  'kind-negative': ofPieces('a token of kind −1', 'token_type', { integers: changed(kinds, 270, -1) }),
  'scores-absent': ofPieces('pieces without scores', 'scores', undefined),
  'scores-short': ofPieces('fewer scores than tokens', 'scores', { floats: scores.slice(1) }),
  'score-nan': ofPieces('a score that is NaN', 'scores', { floats: changed(scores, 270, Number.NaN) }),
  'score-infinite': ofPieces('a score that is infinite', 'scores', {
    floats: changed(scores, 270, Number.NEGATIVE_INFINITY),
  }),
  'bos-range': ofPieces('a BOS token beyond the vocabulary', 'bos_token_id', pieces.length),
  'byte-absent': gguf(
    'no token for the byte 0x41',
    piecesGguf({
      'tokenizer.ggml.tokens': { strings: changed(pieces, 3 + 0x41, 'qq') },
      'tokenizer.ggml.token_type': { integers: changed(kinds, 3 + 0x41, 1) },
    }),
    INVALID,
  ),
  'byte-malformed': ofPieces('a token of kind byte that names none', 'tokens', {
    strings: changed(pieces, 3, '<0xZZ>'),
  }),
  'pairs-byte-absent': ofPairs('no token for the byte 0x0a', 'tokens', {
    strings: changed(all, all.indexOf('Ā'), 'ĀĀĀĀ'),
  }),
  'merges-absent': ofPairs('byte pairs without merges', 'merges', undefined),
  'merge-unknown': ofPairs('a merge of a text that is no token', 'merges', {
    strings: [...merges, 'a qqqq'],
  }),
  'merge-alone': ofPairs('a merge of one text', 'merges', { strings: [...merges, 'ab'] }),
  'merge-result': ofPairs('a merge whose result is no token', 'merges', {
    strings: [...merges, '€ ĊĊ'.replace('€', 'Z')],
  }),
  'begin-absent': gguf(
    'BOS is added, and there is none',
    pairsGguf('llama-bpe', { 'tokenizer.ggml.bos_token_id': undefined }, fewPairs),
    INVALID,
  ),
  'words-unknown-absent': gguf(
    'WordPiece without an unknown token',
    wordsGguf({ 'tokenizer.ggml.unknown_token_id': undefined }),
    INVALID,
  ),
};

const byPattern = (pattern: string) => pairsJson(hub.split(pattern));
const llama3 = hub.split(hub.publishedPatterns.llama3);
const vocab = Object.fromEntries(tokens.map((text, id) => [text, id]));
const added = (more: object) => [
  {
    id: tokens.length,
    content: '<|end|>',
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
    ...more,
  },
];

const hubs: Cases = {
  'hub-not-json': ofHub('no JSON', '{"model":', INVALID),
  'hub-list': ofHub('a list', [], INVALID),
  'hub-model-absent': ofHub('no model', { version: '1.0' }, INVALID),
  'hub-model-unknown': ofHub(
    'a model that the profile does not describe',
    { model: { type: 'WordLevel', vocab: {} } },
    UNSUPPORTED,
  ),
  'hub-id-negative': ofHub('a negative id', pairsJson(llama3, {}, { vocab: { ...vocab, zzz: -1 } }), INVALID),
  'hub-id-fraction': ofHub(
    'an id that is no integer',
    pairsJson(llama3, {}, { vocab: { ...vocab, zzz: 1.5 } }),
    INVALID,
  ),
  'hub-id-absurd': ofHub(
    'an id of 2^31 − 1',
    pairsJson(llama3, {}, { vocab: { ...vocab, zzz: 2 ** 31 - 1 } }),
    LIMIT,
  ),
  'hub-id-twice': ofHub(
    'two texts with one id',
    pairsJson(llama3, {}, { vocab: { ...vocab, zzz: 0 } }),
    INVALID,
  ),
  'hub-added-conflict': ofHub(
    'an added token with the id of another',
    pairsJson(llama3, { added_tokens: added({ id: 0 }) }),
    INVALID,
  ),
  'hub-added-moved': ofHub(
    'an added token that has another id in the vocabulary',
    pairsJson(llama3, { added_tokens: added({ content: 'a' }) }),
    INVALID,
  ),
  'hub-added-words': ofHub(
    'an added token that stands for single words',
    pairsJson(llama3, { added_tokens: added({ single_word: true }) }),
    UNSUPPORTED,
  ),
  'hub-merge-unknown': ofHub(
    'a merge of a text that is no token',
    pairsJson(llama3, {}, { merges: [['a', 'qqqq']] }),
    INVALID,
  ),
  'hub-merge-three': ofHub('a merge of three', pairsJson(llama3, {}, { merges: ['a b c'] }), INVALID),
  'hub-merge-result': ofHub(
    'a merge whose result is no token',
    pairsJson(llama3, {}, { merges: [['Z', 'ĊĊ']] }),
    INVALID,
  ),
  'hub-normalizer': ofHub(
    'a normalizer that the profile does not describe',
    pairsJson(llama3, { normalizer: { type: 'Precompiled', precompiled_charsmap: '' } }),
    UNSUPPORTED,
  ),
  'hub-normalizer-nested': ofHub(
    'a sequence in a sequence',
    pairsJson(llama3, {
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Sequence', normalizers: [] }] },
    }),
    UNSUPPORTED,
  ),
  'hub-pattern': ofHub('a pattern that the profile does not describe', byPattern('(a+)+$'), UNSUPPORTED),
  'hub-pre-tokenizer': ofHub(
    'a pre-tokenizer that the profile does not describe',
    pairsJson({ type: 'Whitespace' }),
    UNSUPPORTED,
  ),
  'hub-prefix-space': ofHub(
    'a space before a text of bytes',
    pairsJson({ type: 'ByteLevel', add_prefix_space: true }),
    UNSUPPORTED,
  ),
  'hub-post-processor': ofHub(
    'two tokens before a prompt',
    pairsJson(llama3, {
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: 'x' } }, { SpecialToken: { id: 'x' } }, { Sequence: { id: 'A' } }],
      },
    }),
    UNSUPPORTED,
  ),
  'hub-dropout': ofHub('merges dropped at random', pairsJson(llama3, {}, { dropout: 0.1 }), UNSUPPORTED),
  'hub-no-bytes': ofHub(
    'characters without byte_fallback',
    hub.piecesJson(hub.prependAndReplace, null, { byte_fallback: false }),
    UNSUPPORTED,
  ),
  'hub-score': ofHub(
    'a score that is text',
    hub.unigramJson(hub.metaspace('always', true), { vocab: [['<unk>', '0']] }),
    INVALID,
  ),
  'hub-unknown-range': ofHub(
    'an unknown token beyond the vocabulary',
    hub.unigramJson(hub.metaspace('always', true), { unk_id: 10_000 }),
    INVALID,
  ),
  'hub-unknown-absent': ofHub(
    'Unigram without an unknown token',
    hub.unigramJson(hub.metaspace('always', true), { unk_id: null }),
    INVALID,
  ),
  'hub-words-unknown': ofHub(
    'WordPiece whose unknown token is no token',
    hub.wordsJson({}, { added_tokens: [], model: { type: 'WordPiece', unk_token: '[NO]', vocab: { a: 0 } } }),
    INVALID,
  ),
  'hub-bert-mixed': ofHub(
    'byte pairs with the normalizer of BERT',
    pairsJson(llama3, { normalizer: { type: 'BertNormalizer' } }),
    UNSUPPORTED,
  ),
  'hub-ends-range': ofHub('an end of an answer beyond the vocabulary', pairsJson(llama3), INVALID, {
    generation: { eos_token_id: 2 ** 20 },
  }),
  'hub-config': ofHub('a configuration that is no object', pairsJson(llama3), INVALID, { config: '3' }),
};

export const invalid: Cases = { ...ggufs, ...hubs };
