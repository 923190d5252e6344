import { createLoadedModels } from '@isobit/client';
import { isCoded } from '@isobit/core';
import type { LoadedModel, ModelSource, Runtime } from '@isobit/exact';
import { type Manifest, modelSize, openManifest } from '@isobit/model';
import type { Profile, ReceiptDetails } from '@isobit/receipt';
import { type BlobFolder, readVerified } from '@isobit/store';
import { jobError } from '../roles/worker/job-error.ts';
import type { Registry } from './registry.ts';

export interface ShelfOptions {
  readonly registry: Pick<Registry, 'manifest' | 'holds'>;
  readonly blobs: BlobFolder;
  /** For each profile one that takes a model, or none. */
  readonly runtimes: readonly Runtime[];
  /** Which models the operator lets native code run. */
  readonly mayRunNative: (manifest: Manifest) => boolean;
  /** Models kept loaded under each profile. */
  readonly maxLoaded: number;
}

/** A model that has run here. */
export interface ShelvedModel {
  readonly id: string;
  readonly profile: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
}

/** A model to run; to be given back, so that it may be unloaded. */
export interface Borrowed extends Disposable {
  readonly loaded: LoadedModel;
  readonly engine: ReceiptDetails['engine'];
}

/** Models of this node that can run: loaded on first use, the least recently used let go. */
export interface Shelf extends AsyncDisposable {
  /** @throws CodedError `JOB_MODEL_UNKNOWN`, `JOB_PROFILE_UNSUPPORTED`, or of the engine; the reason of `signal` */
  borrow(id: string, profile: Profile, signal: AbortSignal): Promise<Borrowed>;
  models(): ShelvedModel[];
  /** Names of the profiles under which this node runs a model. */
  profilesOf(manifest: Manifest): string[];
  /** Lets go of a model, as before its bytes are removed. */
  drop(id: string): Promise<void>;
}

const keyOf = (id: string, profile: string): string => `${profile} ${id}`;

export function createShelf({ registry, blobs, runtimes, mayRunNative, maxLoaded }: ShelfOptions): Shelf {
  const open = createLoadedModels({ max: maxLoaded * runtimes.length });
  const used = new Map<string, ShelvedModel>();
  /** Of models that were loaded, by key. */
  const engines = new Map<string, Borrowed['engine']>();

  /** A model that is here, or runs elsewhere. @throws CodedError `JOB_MODEL_UNKNOWN` */
  async function knownManifest(id: string, profile: string): Promise<Manifest> {
    const signed = await registry.manifest(id);
    const manifest = signed && openManifest(signed).manifest;
    if (manifest && (runtimeFor(profile, manifest)?.isRemote || (await registry.holds(manifest))))
      return manifest;
    throw jobError('JOB_MODEL_UNKNOWN', `this worker does not hold model ${id}`);
  }

  async function load(id: string, profile: string, signal: AbortSignal): Promise<LoadedModel> {
    const manifest = await knownManifest(id, profile);
    const runtime = runtimeOf(profile, manifest);
    const loaded = await runtime.load(sourceOf(manifest, blobs), { signal });
    prune();
    engines.set(keyOf(id, profile), loaded.engine ?? runtime.engine);
    used.set(keyOf(id, profile), { id, profile, bytes: modelSize(manifest), lastUsed: Date.now() });
    return loaded;
  }

  const runtimeFor = (profile: string, manifest: Manifest): Runtime | undefined =>
    runtimes.find((each) => each.profile.name === profile && each.takes(manifest));

  /** @throws CodedError `JOB_PROFILE_UNSUPPORTED` */
  function runtimeOf(profile: string, manifest: Manifest): Runtime {
    const runtime = runtimeFor(profile, manifest);
    if (runtime) return runtime;
    throw jobError(
      'JOB_PROFILE_UNSUPPORTED',
      `this worker does not run "${manifest.title}" (${manifest.format}) under profile "${profile}"`,
    );
  }

  /** Forgets when models were used that are here no longer. */
  function prune(): void {
    const keys = new Set(open.keys());
    for (const key of used.keys()) if (!keys.has(key)) used.delete(key);
    for (const key of engines.keys()) if (!keys.has(key)) engines.delete(key);
  }

  return {
    profilesOf: (manifest) => [
      ...new Set(
        runtimes
          .filter((runtime) => runtime.takes(manifest))
          .filter(({ profile, isRemote }) => profile.exact || isRemote || mayRunNative(manifest))
          .map(({ profile }) => profile.name),
      ),
    ],
    models() {
      prune();
      return [...used.values()];
    },
    async borrow(id, profile, signal) {
      if (!runtimes.some((runtime) => runtime.profile.name === profile.name))
        throw jobError('JOB_PROFILE_UNSUPPORTED', `this worker does not run profile "${profile.name}"`);
      const key = keyOf(id, profile.name);
      try {
        const lease = await open.borrow(key, (stop) => load(id, profile.name, stop), signal);
        const known = used.get(key);
        if (known) used.set(key, { ...known, lastUsed: Date.now() });
        return {
          loaded: lease.model,
          engine: engines.get(key) as Borrowed['engine'],
          [Symbol.dispose]: () => lease[Symbol.dispose](),
        };
      } catch (error) {
        throw isCoded(error, 'BLOB_ABSENT')
          ? jobError('JOB_MODEL_UNKNOWN', `this worker does not hold all bytes of ${id}`, {}, error)
          : error;
      }
    },
    async drop(id) {
      const profiles = new Set(runtimes.map(({ profile }) => profile.name));
      await Promise.all([...profiles].map((profile) => open.drop(keyOf(id, profile))));
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** A model's files in the store: by path for engines in other processes, which verify as they read. */
export const sourceOf = (manifest: Manifest, blobs: BlobFolder): ModelSource => ({
  manifest,
  read: (path, signal) => readWhole(blobs, rootOf(manifest, path), signal),
  locate: async (path) => blobs.path(rootOf(manifest, path)),
  locateBlocks: async (path) => blobs.leavesPath(rootOf(manifest, path)),
});

function rootOf(manifest: Manifest, path: string): string {
  const file = manifest.files.find((f) => f.path === path);
  if (!file) throw jobError('JOB_FAILED', `the manifest has no file ${path}`);
  return file.root;
}

async function readWhole(
  store: BlobFolder,
  root: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of readVerified({ store, root, ...(signal ? { signal } : {}) }))
    blocks.push(block.slice());
  return Buffer.concat(blocks);
}
