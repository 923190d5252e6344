import { type Algorithm, type TokenizerDefinition, tokenKinds } from '../definition.ts';
import { WORD_START } from '../encode/word-pieces.ts';
import { endsOf } from '../ends.ts';
import { tokenizerLimits } from '../limits.ts';
import { invalid, tooLarge, unsupported } from '../vocabulary.ts';
import { type Around, readPostProcessor } from './around.ts';
import { type Entries, entriesOfObject, readEntries } from './entries.ts';
import { asFlag, asId, asList, asObject, asText, type JsonObject, member, parseObject } from './json.ts';
import { type Normalizer, type PreTokenizer, readNormalizer, readPreTokenizer } from './steps.ts';

/** Texts of a model's files on the hub; only the first must be there. */
export interface HubTokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: string;
  /** tokenizer_config.json */
  readonly config?: string;
  /** special_tokens_map.json */
  readonly specialTokens?: string;
  /** generation_config.json */
  readonly generation?: string;
}

/**
 * The tokenizer of a model in Hugging Face's form (specs/tokenizer.md section 10).
 *
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED` with the step's name, `TOKENIZER_LIMIT`
 */
export function readHubTokenizer(files: HubTokenizerFiles): TokenizerDefinition {
  for (const [name, text] of Object.entries(files))
    if (text !== undefined && text.length > tokenizerLimits.jsonBytes)
      throw tooLarge(`the file ${name} has more than ${tokenizerLimits.jsonBytes} characters`);
  const root = parseObject(files.tokenizer, 'tokenizer.json');
  const model = asObject(member(root, 'model'), 'model');
  const parts: Parts = {
    root,
    model,
    normalizer: readNormalizer(root),
    preTokenizer: readPreTokenizer(root),
  };
  const type = modelType(model);
  if (type === 'BPE') return finish(parts, files, bytePairs(parts));
  if (type === 'Unigram') return finish(parts, files, unigram(parts));
  if (type === 'WordPiece') return finish(parts, files, wordPieces(parts));
  throw unsupported(`the tokenizer has the model ${type}`, { type });
}

interface Parts {
  readonly root: JsonObject;
  readonly model: JsonObject;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
}

interface Built {
  readonly entries: Entries;
  readonly algorithm: Algorithm;
  readonly unknown?: number;
}

/** Old files do not name it. */
function modelType(model: JsonObject): string {
  const type = member(model, 'type');
  if (type !== undefined) return asText(type, 'model.type');
  if (member(model, 'merges') !== undefined) return 'BPE';
  return member(model, 'continuing_subword_prefix') === undefined ? 'Unigram' : 'WordPiece';
}

function finish(
  { root, normalizer, preTokenizer }: Parts,
  files: HubTokenizerFiles,
  built: Built,
): TokenizerDefinition {
  const { entries, algorithm, unknown } = built;
  const words = algorithm.kind === 'word-pieces';
  if ((normalizer.bert !== undefined) !== words || preTokenizer.bert !== words)
    throw unsupported('the tokenizer mixes BERT and another model');
  const config = files.config === undefined ? {} : parseObject(files.config, 'tokenizer_config.json');
  const map =
    files.specialTokens === undefined ? {} : parseObject(files.specialTokens, 'special_tokens_map.json');
  const named = (name: string): number | undefined => {
    const text = tokenText(member(config, name) ?? member(map, name));
    return text === undefined ? undefined : entries.idOf.get(text);
  };
  const bos = named('bos_token');
  const eos = named('eos_token');
  const { ends, kinds } = endsOf({
    tokens: entries.tokens,
    kinds: entries.kinds,
    named: [...(eos === undefined ? [] : [eos]), ...generationEnds(files.generation, entries.tokens.length)],
  });
  if (unknown !== undefined && kinds[unknown] === tokenKinds.control) kinds[unknown] = tokenKinds.unknown;
  const around = { ...readPostProcessor(member(root, 'post_processor')), ...configured(config, bos, eos) };
  return {
    tokens: entries.tokens,
    kinds,
    algorithm,
    normalization: normalizer.nfc ? 'nfc' : 'none',
    markSpaces: normalizer.markSpaces || preTokenizer.markSpaces,
    prefix: normalizer.prefix ? 'each' : preTokenizer.prefix,
    preTokenizer: preTokenizer.name,
    ...(unknown === undefined ? {} : { unknown }),
    ...(bos === undefined ? {} : { bos }),
    ...(eos === undefined ? {} : { eos }),
    ...(around.begin === undefined ? {} : { begin: around.begin }),
    ...(around.end === undefined ? {} : { end: around.end }),
    ends,
    strips: entries.strips,
  };
}

/** A token's name in a configuration: its text, or an object with it. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const content = member(value as JsonObject, 'content');
  return typeof content === 'string' ? content : undefined;
}

/** `add_bos_token` and `add_eos_token` decide where they stand. */
function configured(
  config: JsonObject,
  bos: number | undefined,
  eos: number | undefined,
): Partial<Record<keyof Around, number | undefined>> {
  const around: Partial<Record<keyof Around, number | undefined>> = {};
  const begins = member(config, 'add_bos_token');
  const finishes = member(config, 'add_eos_token');
  if (typeof begins === 'boolean' && (!begins || bos !== undefined)) around.begin = begins ? bos : undefined;
  if (typeof finishes === 'boolean' && (!finishes || eos !== undefined))
    around.end = finishes ? eos : undefined;
  return around;
}

function generationEnds(text: string | undefined, vocabulary: number): number[] {
  if (text === undefined) return [];
  const value = member(parseObject(text, 'generation_config.json'), 'eos_token_id');
  if (value === undefined || value === null) return [];
  const ids = (Array.isArray(value) ? value : [value]).map((id) =>
    asId(id, 'generation_config.json.eos_token_id'),
  );
  for (const id of ids)
    if (id >= vocabulary) throw invalid(`an end of an answer is token ${id}, and it has ${vocabulary}`);
  return ids;
}

const BYTE = /^<0x[0-9A-F]{2}>$/;

function bytePairs({ root, model, preTokenizer, normalizer }: Parts): Built {
  for (const name of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if ((member(model, name) ?? '') !== '') throw unsupported(`the tokenizer's merges have a ${name}`);
  if ((member(model, 'dropout') ?? 0) !== 0) throw unsupported('the tokenizer drops merges at random');
  const entries = readEntries(root, entriesOfObject(member(model, 'vocab'), 'model.vocab'), (text) => text);
  if (!preTokenizer.bytes) {
    if (!asFlag(member(model, 'byte_fallback'), 'model.byte_fallback', false))
      throw unsupported('the tokenizer merges characters without byte_fallback');
    markBytes(entries);
  } else if (normalizer.markSpaces || normalizer.prefix)
    throw unsupported('the tokenizer marks spaces of a text of bytes');
  return {
    entries,
    algorithm: {
      kind: 'byte-pairs',
      spelling: preTokenizer.bytes ? 'bytes' : 'characters',
      wholeWords: asFlag(member(model, 'ignore_merges'), 'model.ignore_merges', false),
      merges: readMerges(model, entries),
    },
    ...unknownOf(model, entries),
  };
}

function markBytes({ tokens, kinds }: Entries): void {
  for (const [id, text] of tokens.entries()) if (BYTE.test(text)) kinds[id] = tokenKinds.byte;
}

/** Merges are `"a b"` in old files, `["a", "b"]` in new ones. */
function readMerges(model: JsonObject, { idOf }: Entries): Uint32Array {
  const merges = asList(member(model, 'merges'), 'model.merges');
  if (merges.length > tokenizerLimits.merges)
    throw tooLarge(`the tokenizer has ${merges.length} merges, more than ${tokenizerLimits.merges}`);
  const pairs = new Uint32Array(merges.length * 2);
  for (const [i, merge] of merges.entries()) {
    const [left, right, ...more] =
      typeof merge === 'string' ? merge.split(' ') : asList(merge, `model.merges[${i}]`);
    const ids = [left, right].map((text) => (typeof text === 'string' ? idOf.get(text) : undefined));
    if (more.length > 0 || ids[0] === undefined || ids[1] === undefined)
      throw invalid(`merge ${i} is ${JSON.stringify(merge)}, which is no two tokens`, { merge: i });
    pairs.set(ids as number[], 2 * i);
  }
  return pairs;
}

function unknownOf(model: JsonObject, { idOf }: Entries): { unknown?: number } {
  const text = member(model, 'unk_token');
  if (text === undefined || text === null) return {};
  const unknown = idOf.get(asText(text, 'model.unk_token'));
  if (unknown === undefined) throw invalid(`its unknown token ${JSON.stringify(text)} is no token`);
  return { unknown };
}

function unigram({ root, model, preTokenizer }: Parts): Built {
  if (preTokenizer.bytes) throw unsupported('the tokenizer has a Unigram model of bytes');
  const list = asList(member(model, 'vocab'), 'model.vocab').map((each) => asList(each, 'model.vocab'));
  const vocabulary = list.map(([text], id) => [asText(text, `model.vocab[${id}]`), id] as const);
  const entries = readEntries(root, vocabulary, (text) => text);
  const scores = new Float64Array(entries.tokens.length);
  for (const [id, [, score]] of list.entries()) {
    if (typeof score !== 'number') throw invalid(`the score of token ${id} is no number`, { token: id });
    scores[id] = score;
  }
  if (asFlag(member(model, 'byte_fallback'), 'model.byte_fallback', false)) markBytes(entries);
  const unknown = member(model, 'unk_id');
  return {
    entries,
    algorithm: { kind: 'unigram', scores },
    ...(unknown === undefined || unknown === null ? {} : { unknown: asId(unknown, 'model.unk_id') }),
  };
}

function wordPieces({ root, model, normalizer }: Parts): Built {
  const { bert } = normalizer;
  if (!bert) throw unsupported('the tokenizer has a WordPiece model without BERT normalizer');
  const prefix = asText(
    member(model, 'continuing_subword_prefix') ?? '##',
    'model.continuing_subword_prefix',
  );
  const entries = readEntries(root, entriesOfObject(member(model, 'vocab'), 'model.vocab'), (text) =>
    text.startsWith(prefix) && prefix !== '' ? text.slice(prefix.length) : WORD_START + text,
  );
  const longestWord = asId(
    member(model, 'max_input_chars_per_word') ?? 100,
    'model.max_input_chars_per_word',
  );
  return {
    entries,
    algorithm: { kind: 'word-pieces', longestWord, ...bert },
    ...unknownOf(model, entries),
  };
}
