import { limits } from '@isobit/core';
import type { TextChoice, TextPiece } from '@isobit/receipt';
import type { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';
import { createCallReply } from './call-reply.ts';

/** One of the answers as it comes. */
export interface ChoiceReply {
  /** Words of a chat, and fragments of its calls. */
  delta(delta: Members | undefined): TextPiece[];
  words(text: string): TextPiece[];
  finish(reason: string): void;
  end(): { readonly text: string; readonly finish: TextChoice['finish']; readonly pieces: TextPiece[] };
}

const FINISHES: Readonly<Record<string, TextChoice['finish']>> = {
  stop: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  tool_calls: 'stop',
  function_call: 'stop',
  length: 'length',
};

export interface ChoiceReplyOptions {
  readonly index: number;
  /** Names of the tools that may be called. */
  readonly offered: readonly string[];
}

export function createChoiceReply({ index, offered }: ChoiceReplyOptions): ChoiceReply {
  const calls = createCallReply(offered);
  let text = '';
  /** The first half of a character whose second half has not come. */
  let half = '';
  let finished: string | undefined;

  function words(more: string): TextPiece[] {
    if (more === '') return [];
    if (finished !== undefined)
      throw apiError('API_ANSWER', 'the server goes on behind the end of an answer');
    const all = half + more;
    half = /[\ud800-\udbff]$/.test(all) ? all.slice(-1) : '';
    return tell(half === '' ? all : all.slice(0, -1));
  }

  /** Takes whole characters into the text. */
  function tell(characters: string): TextPiece[] {
    const more = characters.toWellFormed();
    text += more;
    if (text.length > limits.untokenedText)
      throw apiError('API_LIMIT', `an answer of more than ${limits.untokenedText} characters is not read on`);
    return partsOf(more).map((part) => ({ choice: index, tokens: [], text: part }));
  }

  return {
    words,
    delta(delta) {
      if (!delta) return [];
      const content = rawText(delta, 'content');
      for (const [at, fragment] of (delta.list('tool_calls') ?? []).entries()) {
        if (finished !== undefined)
          throw apiError('API_ANSWER', 'the server goes on behind the end of an answer');
        calls.add(fragment, at, `${delta.at('tool_calls')}[${at}]`);
      }
      return words(content);
    },
    finish(reason) {
      if (finished !== undefined && finished !== reason)
        throw apiError('API_ANSWER', 'the server ends an answer twice, for two reasons');
      if (!Object.hasOwn(FINISHES, reason))
        throw apiError(
          'API_ANSWER',
          'the server ends an answer for a reason that is none of stop, length, tool_calls',
        );
      finished = reason;
    },
    end() {
      if (finished === undefined)
        throw apiError('API_ANSWER', 'the server ends its stream before the answer has an end');
      const left = tell(half);
      half = '';
      const pieces = [...left, ...tell(calls.written(text))];
      return { text, finish: FINISHES[finished] as TextChoice['finish'], pieces };
    },
  };
}

/** A text that may end in half a character: only put together with what follows is it checked. */
export function rawText(members: Members, name: string): string {
  const value = members.take(name) ?? '';
  if (typeof value !== 'string') throw members.wrong(name, 'a string');
  return value;
}

/** A text in parts that a piece holds, each of whole characters. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + limits.pieceText;
    const isSplit = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && end < text.length;
    parts.push(text.slice(at, isSplit ? end - 1 : end));
    at = isSplit ? end - 1 : end;
  }
  return parts;
}
