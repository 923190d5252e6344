import { Agent, type Dispatcher } from 'undici';
import { guardedConnector } from '../blobs/http/guarded-connect.ts';

export interface HubQuestion {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface HubAnswer {
  readonly status: number;
  /** The first value of a header; undefined where it is absent. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up the body, read or not. */
  close(): void;
}

/** One HTTP question, no redirect followed. */
export type HubTransport = (url: URL, question: HubQuestion) => Promise<HubAnswer>;

/** Wait for a connection, for the head of an answer, and between two chunks: longer than a slow disk at the hub. */
const IDLE_MS = 30_000;

/**
 * Questions over the network. The hub's own address is the user's choice and may be private; where it redirects to
 * is not, so elsewhere only public addresses are connected to.
 *
 * @param endpoint origin of the hub
 */
export function createTransport(endpoint: string): { ask: HubTransport } & AsyncDisposable {
  const limits = { headersTimeout: IDLE_MS, bodyTimeout: IDLE_MS, pipelining: 1 };
  const own = new Agent({ ...limits, connect: { timeout: IDLE_MS } });
  const elsewhere = new Agent({ ...limits, connect: guardedConnector(IDLE_MS) });
  const { origin } = new URL(endpoint);
  return {
    async ask(url, { method, headers, signal }) {
      const agent = url.origin === origin ? own : elsewhere;
      const path = `${url.pathname}${url.search}`;
      return answerOf(await agent.request({ origin: url.origin, path, method, headers, signal }));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([own.destroy(), elsewhere.destroy()]);
    },
  };
}

function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): HubAnswer {
  // A body that is given up emits its error even when nobody reads it any more.
  body.on('error', () => undefined);
  return {
    status: statusCode,
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: body as AsyncIterable<Uint8Array>,
    close: () => void body.destroy(),
  };
}
