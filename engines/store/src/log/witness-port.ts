import type { NoteVerifier } from '@isobit/log';

/** A witness of other people's, as a log reaches it. */
export interface Witness {
  /** Verifies its cosignatures; `key.name` names it everywhere. */
  readonly key: NoteVerifier;
  /** POST add-checkpoint. @throws where it cannot be reached */
  addCheckpoint(
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly body: Uint8Array }>;
  /**
   * GET <origin hash>/checkpoint: what it cosigned last. Where a witness offers it, its word that a log is
   * behind or forked counts only with a checkpoint that the log itself signed.
   */
  latest?(originHash: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}
