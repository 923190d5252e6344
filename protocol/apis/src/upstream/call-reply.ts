import { limits } from '@isobit/core';
import { beforeSpace, skipSpace } from '../calls/json-extent.ts';
import { readCalls, type WrittenCall } from '../calls/read-calls.ts';
import { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';

/** The calls of one answer, put together of their fragments. */
export interface CallReply {
  /**
   * @param place in its list, which counts where it names no index
   * @param path where it stands, for messages
   * @throws CodedError `API_ANSWER`, `API_LIMIT`, or of `Members`
   */
  add(fragment: unknown, place: number, path: string): void;
  /**
   * What stands behind the content so that the text says these calls (specs/upstream.md section 4); empty where there
   * are none.
   *
   * @throws CodedError `API_ANSWER` where no text could say them
   */
  written(content: string): string;
}

interface Growing {
  name: string | undefined;
  written: string;
}

export function createCallReply(offered: readonly string[]): CallReply {
  const calls = new Map<number, Growing>();
  let characters = 0;

  return {
    add(json, place, path) {
      const fragment = new Members(json, path);
      const index = fragment.integer('index', 0, limits.chatTools - 1) ?? place;
      const called = fragment.object('function');
      const call = calls.get(index) ?? { name: undefined, written: '' };
      calls.set(index, call);
      const name = called?.text('name') ?? '';
      // Some servers repeat the name with each fragment.
      if (name !== '' && call.name !== undefined && name !== call.name)
        throw apiError('API_ANSWER', 'the server gives a call two names');
      if (name !== '') call.name = name;
      const more = called?.take('arguments') ?? '';
      if (typeof more !== 'string') throw fragment.wrong('function.arguments', 'a string');
      call.written += more;
      characters += more.length;
      if (characters > limits.untokenedText)
        throw apiError('API_LIMIT', `calls of more than ${limits.untokenedText} characters are not read on`);
    },
    written(content) {
      if (calls.size === 0) return '';
      const made = [...calls].sort(([a], [b]) => a - b).map(([, call]) => wholeCall(call));
      const lines = made.map(textOf).join('\n');
      const text = content === '' ? lines : `${content}\n${lines}`;
      const read = readCalls(text, offered);
      const isSame =
        read.calls.length === made.length &&
        read.content === content.slice(0, beforeSpace(content, content.length)) &&
        made.every((call, at) => isCall(read.calls[at], call));
      if (!isSame)
        throw apiError(
          'API_ANSWER',
          'the server calls a tool that was not offered, or with arguments that are no JSON object',
        );
      return text.slice(content.length);
    },
  };
}

function wholeCall({ name, written }: Growing): WrittenCall {
  if (name === undefined) throw apiError('API_ANSWER', 'the server calls a tool without a name');
  const end = beforeSpace(written, written.length);
  return { name, arguments: written.slice(skipSpace(written, 0), end).toWellFormed() || '{}' };
}

const textOf = ({ name, arguments: written }: WrittenCall): string =>
  `<tool_call>\n{"name":${JSON.stringify(name)},"arguments":${written}}\n</tool_call>`;

const isCall = (read: WrittenCall | undefined, made: WrittenCall): boolean =>
  read?.name === made.name && read.arguments === made.arguments;
