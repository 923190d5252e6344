import type { Manifest, SignedManifest } from '@isobit/model';

/** A model that the node knows. */
export interface CatalogueModel {
  readonly id: string;
  readonly signed: SignedManifest;
  readonly manifest: Manifest;
  /** `name` or `owner/name`, without version; absent where nobody named the model. */
  readonly name?: string;
  /** The version that the reference led to. */
  readonly version?: string;
  /** Every version of the name that is known here, oldest first; empty without a name. */
  readonly versions: readonly string[];
}

/** The models that the node knows, by reference. */
export interface Catalogue {
  /**
   * @param ref an id, `name`, `owner/name`, each name with or without `:version`
   * @throws CodedError `MODEL_UNKNOWN`, `NAME_CLASH` (made by `modelUnknown` and `nameClash`), `REF_INVALID`
   */
  resolve(ref: string): Promise<CatalogueModel>;
  /** One entry a model and name, in the order in which people should see them. */
  list(): Promise<readonly CatalogueModel[]>;
}

/** Whether an answer is to be expected. */
export interface Readiness {
  /** @param model an id: whether somebody runs it; the node as a whole when absent */
  isReady(model?: string): Promise<boolean>;
  /**
   * @param model an id
   * @returns name of the first exact profile under which somebody runs it; undefined where nobody does, or nobody knows
   */
  exactProfile?(model: string): Promise<string | undefined>;
}
