import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question that the stub was asked. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** Settles when the asker gives the connection up before the answer's end. */
  readonly left: Promise<void>;
}

/** Answers one question. */
export type StubServing = (answer: ServerResponse, heard: Heard) => void;

/** A server of tests that answers as it is told, well or badly. */
export interface StubServer extends AsyncDisposable {
  /** Base URL, with `/v1`. */
  readonly url: string;
  readonly heard: Heard[];
  /** How the next questions for an answer are served. */
  serve(serving: StubServing): void;
}

export interface StubOptions {
  readonly models?: readonly string[];
  /** Who owns the models. */
  readonly owner?: string;
}

export const chunk = (delta: object, more: object = {}): string =>
  event({ model: 'small', choices: [{ index: 0, delta, ...more }] });
export const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
export const finish = (reason = 'stop'): string => chunk({}, { finish_reason: reason });
export const usage = (prompt: number, completion: number): string =>
  event({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion } });
export const done = 'data: [DONE]\n\n';

/** Serves a stream of these parts, each written by itself. */
export const stream =
  (...parts: readonly (string | Uint8Array)[]): StubServing =>
  (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) answer.write(part);
    answer.end();
  };

/** An answer of two words. */
export const hello = stream(
  chunk({ role: 'assistant', content: 'Hel' }),
  chunk({ content: 'lo.' }),
  finish(),
  usage(9, 2),
  done,
);

export async function startStub({
  models = ['small'],
  owner = 'library',
}: StubOptions = {}): Promise<StubServer> {
  const heard: Heard[] = [];
  let serving: StubServing = hello;
  const server = createServer(async (request, answer) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const text = Buffer.concat(parts).toString('utf8');
    const left = new Promise<void>((resolve) => {
      answer.once('close', () => {
        if (!answer.writableFinished) resolve();
      });
    });
    const { method = '', url: path = '', headers } = request;
    const question = { method, path, headers, body: text === '' ? {} : JSON.parse(text), left };
    heard.push(question);
    if (path !== '/v1/models') return serving(answer, question);
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, owned_by: owner })) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    heard,
    serve(next) {
      serving = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
