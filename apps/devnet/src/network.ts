import { createServer } from 'node:net';
import { join } from 'node:path';
import { isCoded } from '@isobit/core';
import { devnetError } from './errors.ts';
import type { Fault } from './faults/index.ts';
import type { ProcessConfig } from './process/config.ts';
import { type NodeProcess, type SpawnOptions, spawnNode } from './process/spawn-node.ts';

export interface DevnetOptions {
  /** Folder that holds one data folder a node. */
  readonly dir: string;
  /** Page of every node; none without it. */
  readonly pageCache?: string;
  /** Home folder in which honest nodes announce themselves to the command line. */
  readonly home?: string;
  /** First HTTP port to try; each node takes the next free one. Any free one when absent. */
  readonly firstPort?: number;
  readonly signal?: AbortSignal;
}

export interface AddNode extends Pick<SpawnOptions, 'through'> {
  /** Name of its data folder; `node-N` when absent. A node that has ended starts again under its name. */
  readonly name?: string;
  readonly fault?: Fault;
  readonly options?: Partial<ProcessConfig['options']>;
}

/** A network on this machine: each node a process with its own key and folder. */
export interface Devnet extends AsyncDisposable {
  /** Nodes that came up, in the order in which they were added first; those that have ended too. */
  readonly nodes: readonly NodeProcess[];
  /**
   * Starts one more node, which joins the first two that live.
   *
   * @throws CodedError `DEVNET_ENDED`, and as `spawnNode`
   */
  add(node?: AddNode): Promise<NodeProcess>;
}

/** Ports that are tried for one node. */
const PORTS = 100;
/** Nodes that a new one is told of: one may have just ended. */
const JOINED = 2;

export function createDevnet({ dir, pageCache, home, firstPort, signal }: DevnetOptions): Devnet {
  const places = new Map<string, NodeProcess | undefined>();
  const starting = new Set<Promise<NodeProcess>>();
  const started: NodeProcess[] = [];
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  let nextPort = firstPort ?? 0;

  const nodes = (): NodeProcess[] => [...places.values()].filter((node) => node !== undefined);

  const configOf = (
    { name, fault, options }: AddNode & { readonly name: string },
    port: number,
  ): ProcessConfig => ({
    options: {
      dataDir: join(dir, name),
      http: { host: '127.0.0.1', port },
      join: nodes()
        .filter((node) => !node.isGone() && node.dataDir !== join(dir, name))
        .slice(0, JOINED)
        .flatMap((node) => node.join.slice(0, 1)),
      ...options,
    },
    ...(fault ? { fault } : {}),
    ...(pageCache ? { pageCache } : {}),
    ...(home && !fault ? { home } : {}),
  });

  async function spawnOnFreePort(node: AddNode & { readonly name: string }): Promise<NodeProcess> {
    const through = { signal: stop, through: node.through };
    if (firstPort === undefined) return spawnNode(configOf(node, 0), through);
    for (let tries = 1; ; tries++) {
      const port = nextPort++;
      try {
        // Asked first, since a node takes a second to find out; somebody may still be faster.
        if (tries === PORTS || (await isFree(port))) return await spawnNode(configOf(node, port), through);
      } catch (error) {
        if (tries === PORTS || !isCoded(error, 'LISTEN_FAILED')) throw error;
      }
    }
  }

  return {
    get nodes() {
      return nodes();
    },
    async add(node = {}) {
      if (ended.signal.aborted) throw devnetError('DEVNET_ENDED', 'the network has ended: create another');
      const name = node.name ?? `node-${places.size + 1}`;
      // The place is taken now, so that nodes which start at once stand in the order of their ports.
      if (!places.has(name)) places.set(name, undefined);
      const coming = spawnOnFreePort({ ...node, name });
      starting.add(coming);
      try {
        const up = await coming;
        started.push(up);
        places.set(name, up);
        return up;
      } finally {
        starting.delete(coming);
      }
    },
    async [Symbol.asyncDispose]() {
      ended.abort(devnetError('DEVNET_ENDED', 'the network has ended'));
      const late = await Promise.allSettled(starting);
      const stragglers = late.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      await Promise.all([...started, ...stragglers].map((node) => node.stop()));
    },
  };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
