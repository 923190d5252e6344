import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeApi, type NodeApi } from '@isobit/client';
import { repositoryPath } from '@isobit/testing';
import {
  createNode,
  defaultOptions,
  type Node,
  type NodeDependencies,
  type NodeOptions,
} from '../src/index.ts';

interface Ends {
  after(hook: () => unknown): void;
}

const stacks = new WeakMap<Ends, AsyncDisposableStack>();

/** Disposes of it when the test ends, before all that the test opened earlier: hooks of node:test run the other way. */
export function closeAtEnd(t: Ends, open: AsyncDisposable): void {
  let stack = stacks.get(t);
  if (!stack) {
    const made = new AsyncDisposableStack();
    stacks.set(t, made);
    t.after(() => made.disposeAsync());
    stack = made;
  }
  stack.use(open);
}

/** An empty folder that is removed after everything that works in it has ended. */
export async function folderFor(t: Ends): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'isobit-node-'));
  closeAtEnd(t, { [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) });
  return path;
}

/** A node of a test, its api as its operator has it, and what it reported. */
export interface TestNode {
  readonly node: Node;
  readonly url: string;
  readonly api: NodeApi;
  readonly reports: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[];
  json<T>(path: string, init?: RequestInit): Promise<T>;
}

export async function startNode(
  t: Ends,
  options: Partial<NodeOptions> = {},
  dependencies: NodeDependencies = {},
): Promise<TestNode> {
  const reports: TestNode['reports'] = [];
  const dataDir = options.dataDir ?? (await folderFor(t));
  const node = await createNode(
    { ...defaultOptions(dataDir), http: { host: '127.0.0.1', port: 0 }, ...options },
    { report: (level, message, fields = {}) => reports.push({ level, message, fields }), ...dependencies },
  );
  closeAtEnd(t, node);
  const url = node.httpUrl ?? '';
  const api = createNodeApi({ baseUrl: url, token: node.operatorToken });
  return {
    node,
    url,
    api,
    reports,
    json: async <T>(path: string, init?: RequestInit) => (await (await api.request(path, init)).json()) as T,
  };
}

/** Stores a file, and publishes it as a model. */
export async function publish(node: TestNode, bytes: Uint8Array, name: string): Promise<string> {
  const blob = await node.json<{ root: string; size: number }>('/api/blobs', {
    method: 'PUT',
    body: bytes as BodyInit,
  });
  const body = JSON.stringify({ name, entry: 'model.onnx', files: [{ path: 'model.onnx', ...blob }] });
  return (await node.json<{ id: string }>('/api/models', { method: 'POST', body })).id;
}

const digitsFolder = repositoryPath('models/digits');
const read = async (path: string) => new Uint8Array(await readFile(join(digitsFolder, path)));
export const digitsModel = (): Promise<Uint8Array<ArrayBuffer>> => read('model.onnx');
export const volatilityModel = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(repositoryPath('models/volatility/model.onnx')));
/** A body of the Open Inference Protocol for digits. */
export const seven = (): Promise<Uint8Array<ArrayBuffer>> => read('examples/seven.json');

export const infer = (
  node: Pick<TestNode, 'url'>,
  body: BodyInit,
  model = 'digits',
  init: RequestInit = {},
) =>
  fetch(`${node.url}/v2/models/${model}/infer`, {
    method: 'POST',
    body,
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });

/** The status and code of an answer. */
export async function told(answer: Response | Promise<Response>): Promise<[number, string | undefined]> {
  const response = await answer;
  const body = (await response.json().catch(() => ({}))) as { code?: string };
  return [response.status, body.code];
}
