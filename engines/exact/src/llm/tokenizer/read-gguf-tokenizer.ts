import type { Metadata, MetadataValue } from '../gguf/read-metadata.ts';
import { type TokenizerDefinition, tokenKinds } from './definition.ts';
import { endsOf } from './ends.ts';
import { ggufPreTokenizer } from './gguf-pre-tokenizers.ts';
import { invalid, unsupported } from './vocabulary.ts';

const KEY = 'tokenizer.ggml.';

/** Keys that change nothing here: names of tokens that are never added, and templates. */
const IGNORED = /^(token_type_count|chat_template.*|.*_token_id)$/;

const READ = new Set([
  'model',
  'pre',
  'tokens',
  'scores',
  'token_type',
  'merges',
  'add_bos_token',
  'add_eos_token',
  'add_sep_token',
  'add_space_prefix',
  'remove_extra_whitespaces',
  'normalizer.lowercase',
  'normalizer.strip_accents',
]);

/**
 * The tokenizer of a GGUF file's metadata (specs/tokenizer.md section 9).
 *
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`
 */
export function readGgufTokenizer(metadata: Metadata): TokenizerDefinition {
  const read = new TokenizerKeys(metadata);
  for (const key of metadata.keys()) {
    const name = key.startsWith(KEY) ? key.slice(KEY.length) : undefined;
    if (name !== undefined && !READ.has(name) && !IGNORED.test(name))
      throw unsupported(`the tokenizer has the member ${JSON.stringify(key)}`, { key });
  }
  if (read.flag('remove_extra_whitespaces', false))
    throw unsupported('the tokenizer removes extra white space');
  const model = read.text('model');
  if (model === undefined) throw invalid('it has no tokenizer.ggml.model');
  if (model === 'gpt2') return bytePairs(read);
  if (model === 'llama') return scores(read);
  if (model === 'bert') return wordPieces(read);
  throw unsupported(`the tokenizer is of the kind ${JSON.stringify(model)}`, { model });
}

function common(read: TokenizerKeys) {
  const tokens = read.strings('tokens');
  if (!tokens) throw invalid('it has no tokenizer.ggml.tokens');
  const kinds = Uint8Array.from(read.integers('token_type') ?? tokens.map(() => tokenKinds.normal));
  if (kinds.length !== tokens.length) throw invalid(`${kinds.length} kinds for ${tokens.length} tokens`);
  const bos = read.id('bos_token_id');
  const eos = read.id('eos_token_id');
  const named = [eos, read.id('eot_token_id'), read.id('eom_token_id')].filter((id) => id !== undefined);
  const { ends, kinds: withControls } = endsOf({ tokens, kinds, named });
  return { tokens, kinds: withControls, bos, eos, ends, strips: [], normalization: 'none' } as const;
}

const optional = <Name extends string>(name: Name, id: number | undefined) =>
  (id === undefined ? {} : { [name]: id }) as Partial<Record<Name, number>>;

function whole(
  read: TokenizerKeys,
  ids: { bos: number | undefined; eos: number | undefined },
  addBos: boolean,
) {
  const begins = read.flag('add_bos_token', addBos);
  const finishes = read.flag('add_eos_token', false);
  if (begins && ids.bos === undefined) throw invalid('it adds a BOS token and has none');
  if (finishes && ids.eos === undefined) throw invalid('it adds an EOS token and has none');
  return {
    ...optional('bos', ids.bos),
    ...optional('eos', ids.eos),
    ...(begins ? optional('begin', ids.bos) : {}),
    ...(finishes ? optional('end', ids.eos) : {}),
  };
}

function bytePairs(read: TokenizerKeys): TokenizerDefinition {
  const { bos, eos, ...shared } = common(read);
  const { preTokenizer, wholeWords, addBos } = ggufPreTokenizer(read.text('pre') ?? 'default');
  const merges = read.strings('merges');
  if (!merges) throw invalid('it has no tokenizer.ggml.merges');
  return {
    ...shared,
    ...whole(read, { bos, eos }, addBos),
    algorithm: { kind: 'byte-pairs', spelling: 'bytes', wholeWords, merges: pairsOf(shared.tokens, merges) },
    markSpaces: false,
    prefix: 'never',
    preTokenizer,
    ...optional('unknown', read.id('unknown_token_id')),
  };
}

/** Merges are two tokens with a space between them. */
function pairsOf(tokens: readonly string[], merges: readonly string[]): Uint32Array {
  const ids = new Map<string, number>();
  for (const [id, text] of tokens.entries()) ids.set(text, id);
  const pairs = new Uint32Array(merges.length * 2);
  for (const [i, merge] of merges.entries()) {
    const space = merge.indexOf(' ', 1);
    const left = ids.get(merge.slice(0, space));
    const right = ids.get(merge.slice(space + 1));
    if (space < 0 || left === undefined || right === undefined)
      throw invalid(`merge ${i} is ${JSON.stringify(merge)}, which is no two tokens`, { merge: i });
    pairs[2 * i] = left;
    pairs[2 * i + 1] = right;
  }
  return pairs;
}

function scores(read: TokenizerKeys): TokenizerDefinition {
  const { bos = read.has(1), eos = read.has(2), ...shared } = common(read);
  const given = read.numbers('scores');
  if (!given) throw invalid('it has no tokenizer.ggml.scores');
  return {
    ...shared,
    ...whole(read, { bos, eos }, true),
    algorithm: { kind: 'scores', scores: Float64Array.from(given) },
    markSpaces: true,
    prefix: read.flag('add_space_prefix', true) ? 'each' : 'never',
    preTokenizer: 'none',
    ...optional('unknown', read.id('unknown_token_id') ?? read.has(0)),
  };
}

/** Characters of a word that BERT looks up; GGUF does not say. */
const LONGEST_WORD = 100;

function wordPieces(read: TokenizerKeys): TokenizerDefinition {
  const { bos, eos, ...shared } = common(read);
  const lowercase = read.flag('normalizer.lowercase', true);
  const begin = read.id('cls_token_id') ?? bos;
  const end = read.id('seperator_token_id') ?? read.id('separator_token_id') ?? eos;
  return {
    ...shared,
    ...optional('bos', bos),
    ...optional('eos', eos),
    ...(read.flag('add_bos_token', true) ? optional('begin', begin) : {}),
    ...(read.flag('add_sep_token', true) ? optional('end', end) : {}),
    algorithm: {
      kind: 'word-pieces',
      cleanText: true,
      chineseCharacters: true,
      lowercase,
      stripAccents: read.flag('normalizer.strip_accents', lowercase),
      longestWord: LONGEST_WORD,
    },
    markSpaces: false,
    prefix: 'never',
    preTokenizer: 'none',
    ...optional('unknown', read.id('unknown_token_id')),
  };
}

/** Members of the tokenizer, each of the type that it must have. */
class TokenizerKeys {
  readonly #metadata: Metadata;

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  text(name: string): string | undefined {
    return this.#value(name, 'string')?.value;
  }

  flag(name: string, absent: boolean): boolean {
    return this.#value(name, 'bool')?.value ?? absent;
  }

  id(name: string): number | undefined {
    const value = this.#value(name, 'integer')?.value;
    if (value === undefined) return undefined;
    if (value >= 0n && value < BigInt(this.#count())) return Number(value);
    throw invalid(`${KEY}${name} is ${value}, and it has ${this.#count()} tokens`);
  }

  /** A token that is meant where none is named. */
  has(id: number): number | undefined {
    return id < this.#count() ? id : undefined;
  }

  strings(name: string): readonly string[] | undefined {
    return this.#array(name, (each): each is string => typeof each === 'string');
  }

  numbers(name: string): readonly number[] | undefined {
    return this.#array(
      name,
      (each): each is number | bigint => typeof each !== 'string' && typeof each !== 'boolean',
    )?.map(Number);
  }

  integers(name: string): readonly number[] | undefined {
    return this.#array(name, (each): each is bigint => typeof each === 'bigint')?.map((each) =>
      Number(each > 255n || each < 0n ? 255n : each),
    );
  }

  #count(): number {
    return this.strings('tokens')?.length ?? 0;
  }

  #array<Element>(
    name: string,
    is: (each: bigint | number | boolean | string) => each is Element & (bigint | number | boolean | string),
  ): readonly Element[] | undefined {
    const values = this.#value(name, 'array')?.values;
    if (!values) return undefined;
    if (values.every(is)) return values as unknown as readonly Element[];
    throw invalid(`${KEY}${name} has elements of another type`);
  }

  #value<Type extends MetadataValue['type']>(
    name: string,
    type: Type,
  ): Extract<MetadataValue, { type: Type }> | undefined {
    const value = this.#metadata.get(KEY + name);
    if (!value) return undefined;
    if (value.type === type) return value as Extract<MetadataValue, { type: Type }>;
    throw invalid(`${KEY}${name} is of type ${value.type}`);
  }
}
