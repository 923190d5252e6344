import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createNodeApi } from '@isobit/client';

/** What a node of the suite is besides a node. */
export interface NodeKind {
  /** Its engine for language models has an answer ready. */
  readonly stub?: boolean;
  /** It signs and logs nothing. */
  readonly bare?: boolean;
  /** Base URL of a server that it answers for. */
  readonly upstream?: string;
}

/** A node in a process of its own. */
export interface SpawnedNode extends AsyncDisposable {
  readonly url: string;
  /** Where its worker answers jobs with nothing between. */
  readonly direct: string;
  /** Publishes a language model. @returns its id */
  publish(name: string, bytes: Uint8Array): Promise<string>;
  /** Bytes resident after a collection. */
  resident(): Promise<number>;
}

export async function spawnGatewayNode(dataDir: string, how: NodeKind = {}): Promise<SpawnedNode> {
  const child = fork(join(import.meta.dirname, 'node-process.ts'), [dataDir, JSON.stringify(how)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const { url, direct, token } = await told<{ url: string; direct: string; token: string }>(child);
  const api = createNodeApi({ baseUrl: url, token });
  const json = async <T>(path: string, init: RequestInit) =>
    (await (await api.request(path, init)).json()) as T;
  return {
    url,
    direct,
    async publish(name, bytes) {
      const blob = await json<object>('/api/blobs', { method: 'PUT', body: bytes as BodyInit });
      const entry = `${name}.gguf`;
      const body = JSON.stringify({ name, entry, files: [{ path: entry, ...blob }] });
      return (await json<{ id: string }>('/api/models', { method: 'POST', body })).id;
    },
    async resident() {
      child.send('memory');
      return (await told<{ rss: number }>(child)).rss;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

/** The next message of a child. */
export async function told<T>(child: ChildProcess): Promise<T> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the suite ended with ${code}`);
  });
  exited.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), exited])) as [T];
  return message;
}

/** Starts the stub upstream; its base URL ends in `/v1`. */
export async function startStubUpstream(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = fork(join(import.meta.dirname, 'stub-upstream.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await told<number>(child);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
