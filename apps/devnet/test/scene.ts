import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnswerError, type Client, type ClientOptions, createClient } from '@isobit/client';
import type { Tensor } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import {
  type AddNode,
  createDevnet,
  createFreshReplayer,
  createOperator,
  type Devnet,
  type FreshReplayer,
  type NodeProcess,
  type Operator,
  until,
} from '../src/index.ts';

/** A network for one test file, with the digits model published by its first node. */
export interface Scene extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly dir: string;
  readonly first: NodeProcess;
  readonly operator: Operator;
  /** Id of the digits model. */
  readonly model: string;
  /** A client that asks the first node, and replays with an engine of its own. */
  readonly client: Client;
  readonly replayer: FreshReplayer;
  clientOf(node: NodeProcess, options?: Partial<ClientOptions>): Client;
  /** Addresses of all nodes but these: what a question excludes to reach them alone. */
  allBut(...nodes: readonly NodeProcess[]): string[];
  /** Adds a node that holds and offers the model, and waits until the first node knows. */
  addWorker(node?: AddNode): Promise<NodeProcess>;
}

export async function createScene(): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'isobit-scene-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const devnet = cleanup.use(createDevnet({ dir }));
  const first = await devnet.add();
  const operator = createOperator(first);
  const { id: model } = await operator.publishFolder(repositoryPath('models/digits'), 'digits');
  const replayer = cleanup.use(createFreshReplayer({ dir: join(dir, 'client'), nodes: [operator.api] }));
  const clientOf: Scene['clientOf'] = (node, options = {}) =>
    createClient({ baseUrl: node.http, token: node.token, replayer, ...options });
  const client = clientOf(first);
  const stack = cleanup.move();
  return {
    devnet,
    dir,
    first,
    operator,
    model,
    client,
    replayer,
    clientOf,
    allBut: (...nodes) =>
      devnet.nodes
        .map(({ address }) => address)
        .filter((address) => nodes.every((n) => n.address !== address)),
    async addWorker(options) {
      const node = await devnet.add(options);
      await createOperator(node).replicate(model);
      await offered(client, model, node.address);
      return node;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Waits until the node that a client asks knows of a worker for the model. */
export const offered = (client: Client, model: string, worker: string): Promise<unknown> =>
  until(`${worker} to offer ${model}`, async () =>
    (await client.api.workers(model)).some((offer) => offer.worker === worker),
  );

/** How many jobs a node runs now. */
export const jobsOf = async (node: NodeProcess): Promise<{ running: number }> =>
  (await createOperator(node).json<{ jobs: { running: number } }>('/api/ps')).jobs;

/** A grey ramp: any image does. */
export const image = (shift = 0, count = 1): Tensor => ({
  name: 'image',
  datatype: 'FP32',
  shape: [count, 1, 28, 28],
  data: new Uint8Array(
    Float32Array.from({ length: count * 784 }, (_, i) => ((i + shift) % 256) / 255).buffer,
  ),
});

/** The refusal of an answer, for tests that expect one. */
export async function refusalOf(asked: Promise<unknown>): Promise<AnswerError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof AnswerError) return error;
    throw error;
  }
  throw new Error('the answer was handed over');
}
