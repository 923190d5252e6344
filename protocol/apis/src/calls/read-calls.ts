import { limits, utf8 } from '@isobit/core';
import { beforeSpace, membersAt, skipSpace } from './json-extent.ts';

/** A call that a model wrote. */
export interface WrittenCall {
  readonly name: string;
  /** JSON text of an object, as the model spelled it. */
  readonly arguments: string;
}

/** An answer's text, taken apart. */
export interface CallsRead {
  /** What stands before the calls; the whole text where there are none. */
  readonly content: string;
  readonly calls: readonly WrittenCall[];
}

export const HERMES = '<tool_call>';
const HERMES_END = '</tool_call>';
export const MISTRAL = '[TOOL_CALLS]';

/**
 * Reads the calls out of an answer's text (specs/apis.md section 5): those of Hermes and Qwen between `<tool_call>`
 * and `</tool_call>`, those of Mistral after `[TOOL_CALLS]`, and a text that is nothing but calls in JSON, as Llama 3
 * and grammars write them. Whatever reads otherwise, or calls a tool that was not offered, is text.
 */
export function readCalls(text: string, offered: readonly string[]): CallsRead {
  const none = { content: text, calls: [] };
  if (offered.length === 0) return none;
  const mark = firstMark(text);
  const found =
    mark === undefined
      ? readJson(text, skipSpace(text, 0), offered)
      : mark.tag === HERMES
        ? readTagged(text, mark.at, offered)
        : readJson(text, skipSpace(text, mark.at + MISTRAL.length), offered);
  if (!found || found.length === 0 || found.length > limits.chatTools) return none;
  return { content: text.slice(0, beforeSpace(text, mark?.at ?? 0)), calls: found };
}

/** The mark that stands first in a text. */
export function firstMark(text: string, from = 0): { readonly tag: string; readonly at: number } | undefined {
  const [first] = [HERMES, MISTRAL]
    .map((tag) => ({ tag, at: text.indexOf(tag, from) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return first;
}

/** Calls, each between tags, with nothing but white space around them; the last may lack its end. */
function readTagged(text: string, at: number, offered: readonly string[]): WrittenCall[] | undefined {
  const calls: WrittenCall[] = [];
  for (let i = at; i < text.length; ) {
    if (!text.startsWith(HERMES, i)) return undefined;
    const read = readCall(text, skipSpace(text, i + HERMES.length), offered);
    if (!read) return undefined;
    calls.push(read.call);
    const end = skipSpace(text, read.end);
    if (end === text.length) return calls;
    if (!text.startsWith(HERMES_END, end)) return undefined;
    i = skipSpace(text, end + HERMES_END.length);
  }
  return calls;
}

/** One call, calls with semicolons between them, or a list of calls; up to the end of the text. */
function readJson(text: string, at: number, offered: readonly string[]): WrittenCall[] | undefined {
  const isList = text[at] === '[';
  const calls: WrittenCall[] = [];
  for (let i = isList ? skipSpace(text, at + 1) : at; ; ) {
    const read = readCall(text, i, offered);
    if (!read) return undefined;
    calls.push(read.call);
    const end = skipSpace(text, read.end);
    const next = text[end];
    if (next === (isList ? ',' : ';')) i = skipSpace(text, end + 1);
    else if (isList && next === ']') return skipSpace(text, end + 1) === text.length ? calls : undefined;
    else return !isList && end === text.length ? calls : undefined;
  }
}

/**
 * `{"name": …, "arguments": {…}}`, or `parameters` for `arguments`; `"type": "function"` and an `id` may stand beside
 * them.
 */
function readCall(
  text: string,
  at: number,
  offered: readonly string[],
): { readonly call: WrittenCall; readonly end: number } | undefined {
  const read = membersAt(text, at);
  if (!read) return undefined;
  const values = new Map(read.members.map(({ name, start, end }) => [name, text.slice(start, end)]));
  const name = textOf(values.get('name'));
  const bodies = ['arguments', 'parameters'].flatMap((member) => values.get(member) ?? []);
  const [body] = bodies;
  const rest = [...values.keys()].filter((key) => !['name', 'arguments', 'parameters'].includes(key));
  if (name === undefined || body === undefined) return undefined;
  const fits =
    offered.includes(name) &&
    utf8(name).length <= limits.nameBytes &&
    bodies.length === 1 &&
    body.startsWith('{') &&
    rest.every(
      (key) =>
        (key === 'type' && textOf(values.get(key)) === 'function') ||
        (key === 'id' && textOf(values.get(key)) !== undefined),
    );
  return fits ? { call: { name, arguments: body }, end: read.end } : undefined;
}

/** The string that a JSON text holds; undefined where it is none. */
const textOf = (json: string | undefined): string | undefined =>
  json?.startsWith('"') ? (JSON.parse(json) as string) : undefined;
