import { fromBase64, fromHex, toHex } from '@isobit/core';
import { readGguf } from '../../../../src/llm/gguf/read-gguf.ts';
import {
  createDetokenizer,
  createStopStrings,
  createTokenizer,
  type HubTokenizerFiles,
  readGgufTokenizer,
  readHubTokenizer,
  type TokenizerDefinition,
  tokenizerDigest,
} from '../../../../src/llm/tokenizer/index.ts';
import { isPreTokenizer, preTokenizer } from '../../../../src/llm/tokenizer/pre-tokenizer/pre-tokenizers.ts';
import { cut } from '../../../../src/llm/tokenizer/pre-tokenizer/scan.ts';
import { toLower } from '../../../../src/llm/unicode/characters.ts';
import { toNfc, toNfd } from '../../../../src/llm/unicode/normalize.ts';

/** One file of specs/vectors/tokenizer; which members stand depends on `kind`. */
export interface Vector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly error?: string;
  readonly expected?: unknown;
  readonly [member: string]: unknown;
}

type Members = Readonly<Record<string, unknown>>;

interface Case {
  readonly text: string;
  readonly special?: boolean;
  readonly whole?: boolean;
}

/** The files of a model on the hub: JSON values, as text in the file. */
export const hubFiles = (files: unknown): HubTokenizerFiles => {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(files as Members).map(([name, value]) => [name, text(value)]),
  ) as unknown as HubTokenizerFiles;
};

export function definitionOf(members: Members): TokenizerDefinition {
  if (members['gguf'] === undefined) return readHubTokenizer(hubFiles(members['hub']));
  return readGgufTokenizer(readGguf(fromBase64(members['gguf'] as string)).metadata);
}

function encode(members: Members) {
  const definition = definitionOf(members);
  const tokenizer = createTokenizer(definition);
  const cases = (members['cases'] ?? []) as readonly Case[];
  return {
    digest: toHex(tokenizerDigest(definition)),
    ends: [...tokenizer.ends],
    tokens: cases.map(({ text, special = false, whole = false }) =>
      tokenizer.encode(text, { special, whole }).join(' '),
    ),
  };
}

function bytesOf(members: Members) {
  const tokenizer = createTokenizer(definitionOf(members));
  return { bytes: (members['tokens'] as readonly number[]).map((token) => toHex(tokenizer.bytes(token))) };
}

const ofHex = (bytes: unknown) => {
  const list = (bytes as readonly string[]).map(fromHex);
  return { count: list.length, tokenizer: { bytes: (token: number) => list[token] as Uint8Array } };
};

function detokenize({ bytes }: Members) {
  const { count, tokenizer } = ofHex(bytes);
  const detokenizer = createDetokenizer(tokenizer);
  const texts = Array.from({ length: count }, (_, token) => detokenizer.push(token));
  return { texts, end: detokenizer.end() };
}

function stop({ bytes, strings }: Members) {
  const { count, tokenizer } = ofHex(bytes);
  const watch = createStopStrings(tokenizer, strings as readonly string[]);
  const texts: string[] = [];
  for (let token = 0; token < count; token++) {
    const ended = watch.accept(token);
    texts.push(watch.text);
    if (ended) break;
  }
  return { texts, text: watch.end(), ...(watch.stop === undefined ? {} : { stop: watch.stop }) };
}

function pieces({ preTokenizer: name, texts }: Members) {
  if (!isPreTokenizer(name as string)) throw new RangeError(`no pre-tokenizer ${String(name)}`);
  const passes = preTokenizer(name as Parameters<typeof preTokenizer>[0]);
  return {
    pieces: (texts as readonly string[]).map((text) => {
      const ends = cut(text, passes);
      return ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
    }),
  };
}

const normalize = ({ texts }: Members) => ({
  nfc: (texts as readonly string[]).map(toNfc),
  nfd: (texts as readonly string[]).map(toNfd),
  lower: (texts as readonly string[]).map(toLower),
});

/** What each kind of vector gives. */
export const operations = { encode, bytes: bytesOf, detokenize, stop, pieces, normalize } satisfies Record<
  string,
  (members: Members) => unknown
>;
