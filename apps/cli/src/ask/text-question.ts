import type { TextQuestion } from '@isobit/client';
import { decodeForeignJson, fromUtf8, isCoded, limits } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { decimalOf, type Grammar, type Prompt, type Sampling } from '@isobit/receipt';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { collect, readWhole } from '../files/read-file.ts';
import { countOption, flag, listOption, textOption } from '../invocation.ts';

/** What a text question says beyond how it is asked and checked. */
export type TextMembers = Pick<
  TextQuestion,
  'prompt' | 'maxTokens' | 'sampling' | 'stop' | 'choices' | 'logProbabilities' | 'tokenBytes' | 'grammar'
>;

/** Tokens where nobody says how many: a few paragraphs. */
const DEFAULT_TOKENS = 256;

/**
 * Reads what a person asks a language model: words on the command line, a text, or a JSON body with the members of a
 * text request; options stand above the body.
 *
 * @throws CodedError `USAGE`, `FILE`, `INPUT_UNREADABLE`
 */
export async function readTextQuestion(invocation: Invocation, manifest: Manifest): Promise<TextMembers> {
  const body = await readBody(invocation);
  const grammar = await readGrammar(invocation);
  const maxTokens = countOption(invocation, 'max-tokens', 1);
  const stop = listOption(invocation, 'stop');
  const sampling = { ...body.sampling, ...samplingOf(invocation) };
  const { text, ...members } = body;
  return {
    ...members,
    prompt: members.prompt ?? promptOf(text ?? '', invocation, manifest),
    maxTokens: maxTokens ?? members.maxTokens ?? DEFAULT_TOKENS,
    ...(Object.keys(sampling).length > 0 ? { sampling } : {}),
    ...(stop.length > 0 ? { stop } : {}),
    ...(grammar ? { grammar } : {}),
  };
}

/** A text becomes one message where the model has a chat template, and is gone on with where not or where asked. */
function promptOf(text: string, invocation: Invocation, { chatTemplate }: Manifest): Prompt {
  const system = textOption(invocation, 'system');
  const isRaw = flag(invocation, 'raw') || chatTemplate === undefined;
  if (isRaw && system !== undefined)
    throw cliError(
      'USAGE',
      chatTemplate === undefined
        ? 'the model has no chat template, so it takes no --system: write all of it into the prompt'
        : '--raw goes on with the prompt as it stands, so there is no place for --system',
    );
  if (isRaw) return { text };
  const before = system === undefined ? [] : [{ role: 'system', content: system }];
  return { messages: [...before, { role: 'user', content: text }], now: Date.now() };
}

/** The texts that an embedding is asked of: one in words, or one of each file. */
export async function readTexts(invocation: Invocation): Promise<string[]> {
  const [, words] = invocation.args;
  if (words !== undefined) return [words];
  const files = listOption(invocation, 'input');
  if (files.length === 0)
    throw cliError('USAGE', 'the model takes texts: give one as an argument, or --input FILE for each');
  const texts: string[] = [];
  for (const file of files) texts.push(textOf(await bytesOf(file, invocation), file));
  return texts;
}

const bytesOf = (file: string, { stdin, signal }: Invocation): Promise<Uint8Array> =>
  file === '-'
    ? collect(stdin, { name: 'standard input', maxBytes: limits.inferBytes, signal })
    : readWhole(file, limits.inferBytes, signal);

export type Body = Partial<TextMembers> & { readonly text?: string };

async function readBody(invocation: Invocation): Promise<Body> {
  const [, words] = invocation.args;
  const files = listOption(invocation, 'input');
  if (words !== undefined && files.length > 0)
    throw cliError('USAGE', 'give the prompt as an argument or as --input FILE, not both');
  if (words !== undefined) return { text: words };
  const [file, second] = files;
  if (file === undefined || second !== undefined)
    throw cliError(
      'USAGE',
      'the model takes text: give a prompt, as in isobit run NAME "Once upon a time", or one --input FILE',
    );
  const bytes = await bytesOf(file, invocation);
  return bytes.find((byte) => byte > 0x20) === 0x7b ? readJson(bytes, file) : { text: textOf(bytes, file) };
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    // A file ends with a line feed that nobody means.
    return fromUtf8(bytes).replace(/\r?\n$/, '');
  } catch (error) {
    throw cliError('INPUT_UNREADABLE', `${file} is no text in UTF-8`, error);
  }
}

const MEMBERS = [
  'prompt',
  'maxTokens',
  'sampling',
  'stop',
  'choices',
  'logProbabilities',
  'tokenBytes',
  'grammar',
];

/** A JSON body. Whatever its members hold is checked when the request is made of them. */
export function readJson(bytes: Uint8Array, file: string): Body {
  const unreadable = (why: string, cause?: unknown) =>
    cliError(
      'INPUT_UNREADABLE',
      `${file} can't be read as a question: ${why}; it holds "prompt" or "messages", and may hold ${MEMBERS.slice(1).join(', ')} as in specs/request.md`,
      cause,
    );
  let value: Record<string, unknown>;
  try {
    value = (decodeForeignJson(bytes, limits.inferBytes, limits.inferValues) ?? {}) as Record<
      string,
      unknown
    >;
  } catch (error) {
    if (!isCoded(error)) throw error;
    throw unreadable(error.message, error);
  }
  const { messages, tools, now = Date.now(), ...rest } = value;
  const unknown = Object.keys(rest).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw unreadable(`"${unknown.slice(0, 40)}" is none of its members`);
  const { prompt } = rest;
  if ((messages === undefined) === (prompt === undefined))
    throw unreadable('it must hold either "prompt" or "messages"');
  if (messages !== undefined)
    return { ...rest, prompt: { messages, ...(tools ? { tools } : {}), now } as Prompt };
  return typeof prompt === 'string' ? { ...rest, prompt: { text: prompt } } : (rest as Body);
}

function samplingOf(invocation: Invocation): Sampling {
  const seed = textOption(invocation, 'seed');
  const topK = countOption(invocation, 'top-k', 1);
  return {
    ...decimal(invocation, 'temperature', 'temperature'),
    ...decimal(invocation, 'top-p', 'topP'),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function decimal<Name extends string>(
  invocation: Invocation,
  option: string,
  name: Name,
): { [K in Name]?: string } {
  const text = textOption(invocation, option);
  if (text === undefined) return {};
  const value = /^\d*\.?\d+$/.test(text) ? decimalOf(Number(text)) : undefined;
  if (value === undefined) throw cliError('USAGE', `--${option} takes a number such as 0.7, not "${text}"`);
  return { [name]: value } as { [K in Name]?: string };
}

/** `json`, or a file: a JSON Schema where it is JSON, else GBNF. */
async function readGrammar(invocation: Invocation): Promise<Grammar | undefined> {
  const named = textOption(invocation, 'grammar');
  if (named === undefined) return undefined;
  if (named === 'json') return { kind: 'json' };
  const text = textOf(await readWhole(named, limits.grammarBytes, invocation.signal), named);
  return text.trimStart().startsWith('{')
    ? { kind: 'schema', schema: text }
    : { kind: 'gbnf', grammar: text };
}
