import type { NodeKey } from '@isobit/core';
import type { Network } from '@isobit/network';
import {
  type BlobFolder,
  createModels,
  createNames,
  createPetnames,
  type OpenedDatabase,
  type Petnames,
} from '@isobit/store';
import type { NodeLog } from '../node-log.ts';
import { createKnownNames, type KnownNames } from './known-names.ts';
import { createRegistry, type Registry } from './registry.ts';

export interface OpenRegistryOptions {
  readonly key: NodeKey;
  readonly network: Network;
  readonly database: OpenedDatabase;
  readonly blobs: BlobFolder;
  readonly report: NodeLog;
  readonly signal: AbortSignal;
}

/** The registry over this node's database and network; other nodes may ask it too. */
export async function openRegistry({
  key,
  network,
  database,
  blobs,
  report,
  signal,
}: OpenRegistryOptions): Promise<{ registry: Registry; names: KnownNames; petnames: Petnames }> {
  const petnames = createPetnames(database);
  const names = createKnownNames({ names: createNames(database), petnames, clock: Date.now, report });
  const registry = createRegistry({
    key,
    models: createModels(database),
    names,
    blobs,
    clock: Date.now,
    remote: {
      manifest: (id, stop) => network.getManifest(id, { signal: stop ?? signal }),
      names: (query, stop) => network.findNames(query, { signal: stop ?? signal }),
      announceName: (name) => network.publishName(name),
    },
  });
  await network.handleDocuments({ manifest: registry.manifest, names: registry.namesFor });
  return { registry, names, petnames };
}
