import type { Prefix } from '../definition.ts';
import type { PreTokenizerName } from '../pre-tokenizer/pre-tokenizers.ts';
import { unsupported } from '../vocabulary.ts';
import { asFlag, asList, asObject, asText, type JsonObject, member } from './json.ts';
import { patterns } from './patterns.ts';

const MARK = '\u2581';

/** Steps of a kind that a Sequence holds, or the one step, or none. */
function flatten(value: unknown, path: string, list: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  const step = asObject(value, path);
  if (member(step, 'type') !== 'Sequence') return [step];
  return asList(member(step, list), `${path}.${list}`).flatMap((each, i) => {
    const inner = asObject(each, `${path}[${i}]`);
    if (member(inner, 'type') === 'Sequence') throw unsupported(`${path} has a sequence in a sequence`);
    return [inner];
  });
}

const typeOf = (step: JsonObject, path: string): string => asText(member(step, 'type'), `${path}.type`);

export interface Normalizer {
  readonly nfc: boolean;
  readonly markSpaces: boolean;
  readonly prefix: boolean;
  readonly bert?: {
    readonly cleanText: boolean;
    readonly chineseCharacters: boolean;
    readonly stripAccents: boolean;
    readonly lowercase: boolean;
  };
}

/** @throws CodedError `TOKENIZER_UNSUPPORTED` for a step by its name, `TOKENIZER_INVALID` */
export function readNormalizer(root: JsonObject): Normalizer {
  let result: Normalizer = { nfc: false, markSpaces: false, prefix: false };
  for (const step of flatten(member(root, 'normalizer'), 'normalizer', 'normalizers')) {
    const type = typeOf(step, 'normalizer');
    if (type === 'NFC') result = { ...result, nfc: true };
    else if (type === 'Prepend' && member(step, 'prepend') === MARK) result = { ...result, prefix: true };
    else if (type === 'Replace' && replacesSpaces(step)) result = { ...result, markSpaces: true };
    else if (type === 'BertNormalizer') result = { ...result, bert: readBert(step) };
    else throw unsupported(`the tokenizer has the normalizer ${type}`, { type });
  }
  return result;
}

const replacesSpaces = (step: JsonObject): boolean =>
  member(step, 'content') === MARK &&
  member(asObject(member(step, 'pattern'), 'normalizer.pattern'), 'String') === ' ';

function readBert(step: JsonObject): NonNullable<Normalizer['bert']> {
  const flag = (name: string, absent: boolean) => asFlag(member(step, name), `normalizer.${name}`, absent);
  const lowercase = flag('lowercase', true);
  return {
    cleanText: flag('clean_text', true),
    chineseCharacters: flag('handle_chinese_chars', true),
    stripAccents: flag('strip_accents', lowercase),
    lowercase,
  };
}

export interface PreTokenizer {
  readonly name: PreTokenizerName;
  /** The vocabulary spells bytes. */
  readonly bytes: boolean;
  readonly bert: boolean;
  readonly markSpaces: boolean;
  readonly prefix: Prefix;
}

/** @throws CodedError `TOKENIZER_UNSUPPORTED` for a step by its name or pattern, `TOKENIZER_INVALID` */
export function readPreTokenizer(root: JsonObject): PreTokenizer {
  const steps = flatten(member(root, 'pre_tokenizer'), 'pre_tokenizer', 'pretokenizers');
  const plain = { name: 'none', bytes: false, bert: false, markSpaces: false, prefix: 'never' } as const;
  const [first] = steps;
  if (!first) return plain;
  if (steps.length === 1 && typeOf(first, 'pre_tokenizer') === 'BertPreTokenizer')
    return { ...plain, bert: true };
  if (steps.length === 1 && typeOf(first, 'pre_tokenizer') === 'Metaspace') return readMetaspace(first);
  const key = steps.map(signature).join('\n');
  const name = patterns.get(key);
  if (name === undefined) throw unsupported(`the tokenizer has the pre-tokenizer ${key}`, { key });
  return { ...plain, name, bytes: true };
}

function readMetaspace(step: JsonObject): PreTokenizer {
  if ((member(step, 'replacement') ?? MARK) !== MARK)
    throw unsupported(`the tokenizer marks spaces with ${JSON.stringify(member(step, 'replacement'))}`);
  const always = asFlag(member(step, 'add_prefix_space'), 'pre_tokenizer.add_prefix_space', true);
  const scheme = asText(
    member(step, 'prepend_scheme') ?? (always ? 'always' : 'never'),
    'pre_tokenizer.prepend_scheme',
  );
  const prefixes: ReadonlyMap<string, Prefix> = new Map([
    ['always', 'each-missing'],
    ['first', 'first-missing'],
    ['never', 'never'],
  ]);
  const prefix = prefixes.get(scheme);
  if (prefix === undefined)
    throw unsupported(`the tokenizer has the prepend_scheme ${JSON.stringify(scheme)}`);
  const split = asFlag(member(step, 'split'), 'pre_tokenizer.split', true);
  return { name: split ? 'mark-spaces' : 'none', bytes: false, bert: false, markSpaces: true, prefix };
}

/** What a step of a byte-level pre-tokenizer does, in one line. */
function signature(step: JsonObject): string {
  const type = typeOf(step, 'pre_tokenizer');
  if (type === 'ByteLevel') {
    if (asFlag(member(step, 'add_prefix_space'), 'pre_tokenizer.add_prefix_space', true))
      throw unsupported('the tokenizer puts a space before a text of bytes (add_prefix_space)');
    return asFlag(member(step, 'use_regex'), 'pre_tokenizer.use_regex', true)
      ? 'ByteLevel words'
      : 'ByteLevel';
  }
  if (type === 'Digits') {
    const single = asFlag(member(step, 'individual_digits'), 'pre_tokenizer.individual_digits', false);
    return single ? 'Digits single' : 'Digits';
  }
  if (type === 'Split') {
    const pattern = member(asObject(member(step, 'pattern'), 'pre_tokenizer.pattern'), 'Regex');
    const inverted = asFlag(member(step, 'invert'), 'pre_tokenizer.invert', false);
    return `Split ${member(step, 'behavior')}${inverted ? ' inverted' : ''} ${asText(pattern, 'pre_tokenizer.pattern.Regex')}`;
  }
  return type;
}
