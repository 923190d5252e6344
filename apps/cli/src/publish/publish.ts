import { createReadStream } from 'node:fs';
import { clientError, type NodeApi } from '@isobit/client';
import type { Canonical } from '@isobit/core';
import { cliError } from '../errors.ts';
import { reason } from '../files/read-file.ts';
import { ask, publishedModel, storedBlob } from '../nodes/answers.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { createBlockHasher } from './block-hasher.ts';
import { type LocalFile, type LocalModel, localModel } from './model-files.ts';
import { cardText, readCard } from './read-card.ts';

export interface PublishOptions {
  readonly api: NodeApi;
  /** File or folder. */
  readonly path: string;
  /** The files, where they are known already and `path` only says where they came from. */
  readonly local?: LocalModel;
  /** The card, where no file holds it. */
  readonly facts?: Canonical;
  readonly name: string;
  /** The next free integer where absent. */
  readonly version?: string;
  readonly entry?: string;
  /** File of the card; `card.json` of the folder where absent. */
  readonly card?: string;
  /** These stand above what the card says. */
  readonly title?: string;
  readonly task?: string;
  readonly licence?: string;
  /** Id of the model that this one was made from. */
  readonly parent?: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

export interface Published {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Bytes of all files. */
  readonly size: number;
  readonly files: number;
  /** Path of the file that the engine loads. */
  readonly entry: string;
}

/**
 * Streams a model's files into a node, which inspects, signs, names and announces them.
 *
 * @throws CodedError `FILE`, `USAGE`, `INPUT_UNREADABLE`; of the node
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const { api, path, terminal, signal } = options;
  const local = options.local ?? (await localModel(path, options.entry));
  const cardFile = options.card ?? local.card;
  const card = cardFile === undefined ? options.facts : await readCard(cardFile, signal);
  const size = local.files.reduce((sum, file) => sum + file.size, 0);
  using progress = startProgress(terminal, `push ${options.name}`, size);
  const files: { path: string; root: string; size: number }[] = [];
  let sent = 0;
  for (const file of local.files) {
    files.push(await upload(api, file, signal, (bytes) => progress.update(sent + bytes)));
    sent += file.size;
  }
  const body = {
    name: options.name,
    version: options.version,
    files,
    entry: local.entry,
    title: options.title ?? cardText(card, 'title'),
    task: options.task ?? cardText(card, 'task'),
    licence: options.licence ?? cardText(card, 'licence'),
    parent: options.parent,
    card: card as Canonical,
  };
  const { id, name, version } = await ask(api, '/api/models', publishedModel, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  return { id, name, version: String(version), size, files: files.length, entry: local.entry };
}

/** Sends one file in constant memory and compares the root that the node computed with the one computed here. */
async function upload(
  api: NodeApi,
  { path, absolute }: LocalFile,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<{ path: string; root: string; size: number }> {
  const hasher = createBlockHasher();
  let size = 0;
  let unreadable: unknown;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of createReadStream(absolute, { highWaterMark: 256 * 1024 })) {
        hasher.update(chunk);
        size += chunk.length;
        yield chunk;
        onBytes(size);
      }
    } catch (error) {
      unreadable = error;
      throw error;
    }
  }
  // Node's fetch streams an async iterable, which the types of browsers do not know. Only without redirects and a
  // window does it keep no copy of the whole body, to send it once more.
  const init = {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes(),
    duplex: 'half',
    redirect: 'error',
    window: null,
    signal,
  } as unknown as RequestInit;
  try {
    const stored = await ask(api, '/api/blobs', storedBlob, init);
    const root = hasher.root();
    if (stored.root === root && stored.size === size) return { path, root, size };
    throw clientError(
      'NODE_PROTOCOL',
      `the node kept other bytes than ${path} has (${stored.root} instead of ${root}): push it again`,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (unreadable) throw cliError('FILE', `${absolute} can't be read: ${reason(unreadable)}`, unreadable);
    throw error;
  }
}
