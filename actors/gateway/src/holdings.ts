import type { Manifest } from '@isobit/model';

/** What a node holds of models, as whoever may ask it anything may know. */
export interface Holdings {
  /** Ids of models in memory. */
  loaded(): readonly string[];
  /** Whether all bytes of a model are here. */
  holds(manifest: Manifest): Promise<boolean>;
}

export const noHoldings: Holdings = {
  loaded: () => [],
  holds: async () => false,
};
