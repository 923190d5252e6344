import type { Network } from '@isobit/network';
import { type BlobFolder, createSettings, type OpenedDatabase } from '@isobit/store';
import type { Registry } from '../../models/registry.ts';
import type { NodeLog } from '../../node-log.ts';
import type { NodeOptions } from '../../options.ts';
import { createPuller, type Puller } from './puller.ts';
import { createReplicator, type Replicator } from './replicator.ts';

export interface HostOptions {
  readonly options: Pick<NodeOptions, 'allowPrivate' | 'replicateBytes'>;
  readonly network: Network;
  readonly registry: Registry;
  readonly blobs: BlobFolder;
  readonly database: OpenedDatabase;
  readonly report: NodeLog;
  /** Whether the network has been told that a model is held here. */
  readonly isTold: (id: string) => boolean;
  /** Tells the network that what this node holds has changed. */
  readonly announce: () => void;
  readonly signal: AbortSignal;
}

/** Fetches models, on demand and by the operator's standing wishes. Disposing of it waits for what was under way. */
export interface Host extends AsyncDisposable {
  readonly puller: Puller;
  readonly replicator: Replicator;
}

export async function startHost({
  options: { allowPrivate, replicateBytes },
  network,
  registry,
  blobs,
  database,
  report,
  isTold,
  announce,
  signal,
}: HostOptions): Promise<Host> {
  const onHeld = (id: string): void => {
    if (isTold(id)) return;
    announce();
    network
      .provide(id, { signal })
      .catch((error: unknown) => report('debug', 'not in the table yet', { id, error: String(error) }));
  };
  const puller = createPuller({ network, blobs, allowPrivate, onHeld });
  const replicator = await createReplicator({
    registry,
    puller,
    network,
    settings: createSettings(database),
    log: report,
    signal,
    allBytes: replicateBytes,
  });
  network.onOffer(() => replicator.wake());
  network.onName((_, signed) => {
    registry
      .learnName(signed)
      .then(() => replicator.wake())
      .catch((error: unknown) => report('error', 'a name was not kept', { error: String(error) }));
  });
  return { puller, replicator, [Symbol.asyncDispose]: () => replicator[Symbol.asyncDispose]() };
}

type BlobPort = Parameters<Network['handleBlobs']>[0];

/** A store as libp2p serves it, to peers that have no HTTP route here. */
export const blobPort = (store: Pick<BlobFolder, 'has' | 'leaves' | 'read'>): BlobPort => ({
  leaves: async (root) => ((await store.has(root)) ? store.leaves(root) : undefined),
  range: async ({ root, start, end }, signal) =>
    (await store.has(root)) ? store.read(root, { start, end }, signal) : undefined,
});
