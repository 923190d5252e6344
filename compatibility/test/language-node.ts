import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOperator, type Fault, type Operator, spawnNode } from '@isobit/devnet';
import { embeddingModelFile, textModelFile } from '@isobit/exact/testing';
import { repositoryPath } from '@isobit/testing';

/** A node in its own process, with its operator's means. */
export interface LanguageNode extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly operator: Operator;
}

/** A node with the shipped language model, one that embeds, and one whose long answers take seconds. */
export async function startLanguageNode(fault?: Fault): Promise<LanguageNode> {
  await using cleanup = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'isobit-compatibility-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const options = { dataDir: join(dir, 'node'), http: { host: '127.0.0.1', port: 0 } };
  const node = cleanup.use(await spawnNode({ options, ...(fault ? { fault } : {}) }));
  const operator = createOperator(node);
  const storyteller = await readFile(repositoryPath('models/storyteller/storyteller-q8_0.gguf'));
  await publishGguf(operator, 'storyteller', new Uint8Array(storyteller));
  await publishGguf(operator, 'feeling', embeddingModelFile());
  await publishGguf(operator, 'deep', textModelFile({ layers: 40, context: 4_096 }));
  const resources = cleanup.move();
  return {
    url: node.http,
    token: node.token,
    operator,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function publishGguf(operator: Operator, name: string, bytes: Uint8Array): Promise<void> {
  const blob = await operator.json<object>('/api/blobs', { method: 'PUT', body: bytes as BodyInit });
  const entry = `${name}.gguf`;
  const body = JSON.stringify({ name, entry, files: [{ path: entry, ...blob }] });
  await operator.api.request('/api/models', { method: 'POST', body });
}

/** Runs that are under way. */
export const running = async ({ operator }: LanguageNode): Promise<number> =>
  (await operator.json<{ jobs: { running: number } }>('/api/ps')).jobs.running;

/** How many jobs ended so, by the node's own count. */
export async function endedAs({ operator }: LanguageNode, outcome: string): Promise<number> {
  const text = await (await operator.api.request('/metrics')).text();
  return Number(new RegExp(`isobit_jobs_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
