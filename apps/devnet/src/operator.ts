import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodeApi, type NodeApi } from '@isobit/client';
import { CodedError } from '@isobit/core';
import type { NodeProcess } from './process/spawn-node.ts';

/** A file to publish. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface NewModel {
  readonly name: string;
  readonly files: readonly NewFile[];
  /** Path of the file that the engine loads; `model.onnx`. */
  readonly entry?: string;
  readonly card?: Readonly<Record<string, unknown>>;
}

export interface Published {
  readonly id: string;
  readonly version: string;
  /** Bytes of all files. */
  readonly size: number;
}

/** What an operator does to a node over its HTTP: the routes that tests and `up` need. */
export interface Operator {
  readonly api: NodeApi;
  /** Stores files and publishes them as a model. */
  publish(model: NewModel): Promise<Published>;
  /** Publishes a folder of `models/`: the model (`model.onnx`, or the file named), its card and what people read. */
  publishFolder(folder: string, name: string, entry?: string): Promise<Published>;
  /** Has the node fetch a model now. @throws CodedError of the pull */
  pull(ref: string): Promise<void>;
  /** Has the node drop a model and its bytes. */
  forget(ref: string): Promise<void>;
  /** Has the node keep a model, or every one that it hears of. */
  replicate(ref: string): Promise<void>;
  replicateAll(): Promise<void>;
  /** Whether all bytes of a model are there. */
  holds(id: string): Promise<boolean>;
  /** Any route that answers JSON. */
  json<T>(path: string, init?: RequestInit): Promise<T>;
  status(): Promise<NodeStatus>;
}

/** What is used here of `GET /api/status`. */
export interface NodeStatus {
  readonly log: { readonly origin: string; readonly size: number; readonly vkey: string };
  readonly witness?: { readonly vkey: string };
  readonly signing: { readonly ok: boolean; readonly stop?: string; readonly reason?: string };
  readonly peers: readonly unknown[];
}

/** How a pull ends (specs/http.md section 4). */
interface LastEvent {
  readonly event?: string;
  readonly code?: string;
  readonly error?: string;
}

export function createOperator(node: Pick<NodeProcess, 'http' | 'token'>): Operator {
  const api = createNodeApi({ baseUrl: node.http, token: node.token });
  const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await (await api.request(path, init)).json()) as T;

  async function store({ path, bytes }: NewFile): Promise<{ path: string; root: string; size: number }> {
    const body = bytes as Uint8Array<ArrayBuffer>;
    return { path, ...(await json<{ root: string; size: number }>('/api/blobs', { method: 'PUT', body })) };
  }

  async function publish({ name, files, entry = 'model.onnx', card }: NewModel): Promise<Published> {
    const stored = await Promise.all(files.map(store));
    const facts = card ? { title: card['title'], task: card['task'], licence: card['licence'], card } : {};
    const body = JSON.stringify({ name, files: stored, entry, ...facts });
    const { id, version } = await json<Published>('/api/models', { method: 'POST', body });
    return { id, version, size: stored.reduce((sum, file) => sum + file.size, 0) };
  }

  return {
    api,
    json,
    publish,
    async publishFolder(folder, name, entry = 'model.onnx') {
      const files = await Promise.all(
        (await modelFiles(folder, entry)).map(async (path) => ({
          path,
          bytes: await readFile(join(folder, path)),
        })),
      );
      const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')) as Record<string, unknown>;
      return publish({ name, files, entry, card });
    },
    async pull(ref) {
      const answer = await api.request('/api/pull', { method: 'POST', body: JSON.stringify({ ref }) });
      const last = JSON.parse((await answer.text()).trim().split('\n').at(-1) ?? '{}') as LastEvent;
      if (last.event !== 'done')
        throw new CodedError(last.code ?? 'PULL_FAILED', last.error ?? 'it broke off');
    },
    async forget(ref) {
      await api.request(`/api/models/${encodeURIComponent(ref)}`, { method: 'DELETE' });
    },
    async replicate(ref) {
      await api.request('/api/replicate', { method: 'POST', body: JSON.stringify({ ref }) });
    },
    async replicateAll() {
      await api.request('/api/replicate', { method: 'POST', body: '{"all":true}' });
    },
    async holds(id) {
      const { models } = await json<{ models: { id: string; held: boolean }[] }>('/api/models');
      return models.some((model) => model.id === id && model.held);
    },
    status: () => json('/api/status'),
  };
}

/** The model and its card: what people who pull it need. */
async function modelFiles(folder: string, entry: string): Promise<string[]> {
  const wanted = new Set(['README.md', 'card.json', entry]);
  return (await readdir(folder)).filter((name) => wanted.has(name)).sort();
}
