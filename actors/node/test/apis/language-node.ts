import { readFile } from 'node:fs/promises';
import { embeddingModelFile, textModelFile } from '@isobit/exact/testing';
import { repositoryPath } from '@isobit/testing';
import { startNode, type TestNode } from '../support.ts';

/** The shipped language model. */
export const storyteller = async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(repositoryPath('models/storyteller/storyteller-q8_0.gguf')));

interface Ends {
  after(hook: () => unknown): void;
}

/** A node with the shipped language model, one that embeds, and one whose long answers take seconds. */
export async function startLanguageNode(t: Ends): Promise<TestNode> {
  const node = await startNode(t);
  await publishGguf(node, 'storyteller', await storyteller());
  await publishGguf(node, 'feeling', embeddingModelFile());
  await publishGguf(node, 'deep', textModelFile({ layers: 40, context: 4_096 }));
  return node;
}

/** Publishes a file under a name. */
export async function publishGguf(node: TestNode, name: string, bytes: Uint8Array): Promise<void> {
  const blob = await node.json<object>('/api/blobs', { method: 'PUT', body: bytes as BodyInit });
  const entry = `${name}.gguf`;
  const body = JSON.stringify({ name, entry, files: [{ path: entry, ...blob }] });
  await node.api.request('/api/models', { method: 'POST', body });
}

/** Runs that are under way. */
export const running = async (node: TestNode): Promise<number> =>
  (await node.json<{ jobs: { running: number } }>('/api/ps')).jobs.running;

/** How many jobs ended so, by the node's own count. */
export async function endedAs(node: TestNode, outcome: string): Promise<number> {
  const text = await (await node.api.request('/metrics')).text();
  return Number(new RegExp(`isobit_jobs_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
