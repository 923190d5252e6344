import type { Grammar } from '@isobit/receipt';
import { callGrammar } from '../calls/call-grammar.ts';
import { readClientChoice } from '../common/client-choice.ts';
import { type Advice, Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { readFunctions } from '../openai/tools.ts';
import { readMessages, refuseImages } from './messages.ts';
import { readOptions } from './options.ts';

const ADVICE: Advice = {
  template: "is not served: the model's own template is part of its digest",
  suffix: 'is not served: a model goes on, it does not fill in',
  logprobs: 'is not served here: ask /v1/chat/completions',
  top_logprobs: 'is not served here: ask /v1/chat/completions',
};

/** A name as this API has it: what it adds to one without a version says nothing. */
export const modelOf = (body: Members, name?: string): string =>
  readModel(body, name).replace(/:latest$/, '');

/**
 * Reads the body of `/api/chat` (specs/ollama.md section 2).
 *
 * @param json as `decodeBody` gives it
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readOllamaChat(json: unknown): TextAsk {
  const body = new Members(json, '');
  const model = modelOf(body);
  const messages = readMessages(body);
  const tools = readFunctions(body);
  const format = readFormat(body);
  const grammar = tools.length > 0 && format ? callGrammar(tools, format.schema) : format?.grammar;
  return {
    model,
    prompt: { messages, ...(tools.length > 0 ? { tools } : {}) },
    ...readRest(body),
    ...(grammar ? { grammar } : {}),
    offered: tools.map(({ name }) => name),
  };
}

/**
 * Reads the body of `/api/generate` (specs/ollama.md section 4): a prompt for the template, or with `raw` a text to go
 * on with.
 *
 * @throws CodedError as `readOllamaChat`
 */
export function readOllamaGenerate(json: unknown): TextAsk {
  const body = new Members(json, '');
  const model = modelOf(body);
  const text = body.required('prompt', body.text('prompt'));
  const system = body.text('system') ?? '';
  const isRaw = body.flag('raw') ?? false;
  if (isRaw && system !== '') throw body.outside('system', 'absent where "raw" is true');
  const before = system === '' ? [] : [{ role: 'system', content: system }];
  const format = readFormat(body);
  body.only('suffix', [''], ADVICE['suffix'] as string);
  body.only('template', [''], ADVICE['template'] as string);
  if ((body.list('context') ?? []).length > 0)
    throw body.unsupported('context', 'must be empty: send the conversation to /api/chat');
  refuseImages(body);
  return {
    model,
    prompt: isRaw ? { text } : { messages: [...before, { role: 'user', content: text }] },
    ...readRest(body),
    ...(format ? { grammar: format.grammar } : {}),
    offered: [],
  };
}

/** What both bodies hold besides, and what has no effect (section 2.3). Nothing else may be left. */
function readRest(body: Members): Pick<TextAsk, 'sampling' | 'stop' | 'maxTokens' | 'stream' | 'choice'> {
  const options = readOptions(body);
  const stream = body.flag('stream') ?? true;
  const choice = readClientChoice(body);
  body.ignore('keep_alive', 'think');
  body.only('logprobs', [false], ADVICE['logprobs'] as string);
  body.only('top_logprobs', [0], ADVICE['top_logprobs'] as string);
  body.done(ADVICE);
  return { ...options, stream, choice };
}

const ANY_OBJECT = { type: 'object' };

/** `json`, or a JSON Schema. */
function readFormat(body: Members): { readonly grammar: Grammar; readonly schema: unknown } | undefined {
  const value = body.take('format');
  if (value === undefined || value === '') return undefined;
  if (value === 'json') return { grammar: { kind: 'json' }, schema: ANY_OBJECT };
  if (typeof value === 'string') throw body.outside('format', '"json" or a JSON Schema');
  body.object('format');
  return { grammar: { kind: 'schema', schema: JSON.stringify(value) }, schema: value };
}
