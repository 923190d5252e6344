import { limits } from '@isobit/core';
import { upstreamError } from './errors.ts';

/** Takes a stream of server-sent events apart; it knows of no time and no connection. */
export interface EventReader {
  /**
   * @returns the data of the events that these bytes complete, without empty ones
   * @throws CodedError `UPSTREAM_ANSWER` for bytes that are no UTF-8, `UPSTREAM_LIMIT`
   */
  push(bytes: Uint8Array): string[];
  /** The data of an event that the end of the stream cut short of its empty line. @throws CodedError as `push` */
  end(): string[];
}

const LINE_END = /\r\n|\n|\r/g;

/** The event stream format of the HTML standard, as far as `data` goes; a byte order mark is skipped. */
export function createEventReader(): EventReader {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let read = 0;
  let line = '';
  /** Up to here `line` has no end of a line. */
  let seen = 0;
  let data: string[] = [];
  let size = 0;

  function decode(bytes?: Uint8Array): string {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw upstreamError('UPSTREAM_ANSWER', 'the server sends bytes that are no UTF-8', {}, cause);
    }
  }

  /** The event that an empty line ends. */
  function dispatch(): string[] {
    const text = data.join('\n');
    data = [];
    size = 0;
    return text === '' ? [] : [text];
  }

  function take(whole: string): string[] {
    if (whole === '') return dispatch();
    if (!whole.startsWith('data:')) return [];
    const value = whole.slice(whole.startsWith('data: ') ? 6 : 5);
    size += value.length + 1;
    if (size > limits.upstreamEventText) throw tooLong();
    data.push(value);
    return [];
  }

  function lines(isEnd: boolean): string[] {
    const found: string[] = [];
    let at = 0;
    LINE_END.lastIndex = seen;
    for (let match = LINE_END.exec(line); match; match = LINE_END.exec(line)) {
      const after = match.index + match[0].length;
      // A carriage return may be the first half of an end of a line.
      if (match[0] === '\r' && after === line.length && !isEnd) break;
      found.push(...take(line.slice(at, match.index)));
      at = after;
    }
    line = line.slice(at);
    seen = line.endsWith('\r') ? line.length - 1 : line.length;
    if (line.length > limits.upstreamEventText) throw tooLong();
    return found;
  }

  return {
    push(bytes) {
      read += bytes.length;
      if (read > limits.upstreamStreamBytes)
        throw upstreamError(
          'UPSTREAM_LIMIT',
          `the server sends more than ${limits.upstreamStreamBytes} bytes`,
        );
      line += decode(bytes);
      return lines(false);
    },
    end() {
      line += decode();
      const found = lines(true);
      const last = line;
      line = '';
      return [...found, ...take(last), ...dispatch()];
    },
  };
}

const tooLong = () =>
  upstreamError(
    'UPSTREAM_LIMIT',
    `the server sends an event of more than ${limits.upstreamEventText} characters`,
  );
