import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly code: string | undefined;
}

/** A request with headers that `fetch` does not let a program choose, such as `Host`. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeOf(text) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The code that an error's body carries (specs/http.md section 2). */
export function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}

/** A connection on which a test writes what it likes, and what came back on it. */
export interface Line extends Disposable {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly closed: Promise<void>;
}

/** Connects and sends the text. Errors of the connection only end it. */
export function dial(url: string, text: string | Uint8Array): Line {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (part: Buffer) => {
    heard += part.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(text);
  return { socket, heard: () => heard, closed, [Symbol.dispose]: () => void socket.destroy() };
}
