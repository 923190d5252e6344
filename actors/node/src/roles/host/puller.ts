import type { CatalogueModel } from '@isobit/gateway';
import type { Network } from '@isobit/network';
import { type BlobStore, type Drop, type PullModelResult, type PullProgress, pullModel } from '@isobit/store';
import { openSources } from './sources.ts';

export interface PullerOptions {
  readonly network: Network;
  readonly blobs: BlobStore;
  readonly allowPrivate: boolean;
  /** Told of each pull after which a model's bytes are all here. */
  readonly onHeld: (id: string) => void;
}

export interface PullOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface Puller {
  /** Fetches what is missing of a model from every host at once; pulls of one model share the work. @throws CodedError `NO_SOURCE`, `PULL_FAILED` */
  pull(model: CatalogueModel, options?: PullOptions): Promise<{ fetched: number; dropped: readonly Drop[] }>;
}

export function createPuller({ network, blobs, allowPrivate, onHeld }: PullerOptions): Puller {
  async function missing(model: CatalogueModel): Promise<boolean> {
    for (const { root } of model.manifest.files) if (!(await blobs.has(root))) return true;
    return false;
  }
  return {
    async pull(model, { signal, onProgress } = {}) {
      if (!(await missing(model))) {
        // All of its bytes may have come with another model.
        onHeld(model.id);
        return { fetched: 0, dropped: [] };
      }
      await using open = await openSources(model.id, { network, allowPrivate });
      const result: PullModelResult = await pullModel({
        manifest: model.manifest,
        sources: open.sources,
        store: blobs,
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
      onHeld(model.id);
      return result;
    },
  };
}
