/** What an audit may find. The list is closed; `at` of a finding names the exact file, entry or hash. */
export type FindingCode =
  /** There is no file `checkpoint`. */
  | 'CHECKPOINT_MISSING'
  /** It is no signed checkpoint. */
  | 'CHECKPOINT_MALFORMED'
  /** It belongs to another log than the one that is audited. */
  | 'CHECKPOINT_ORIGIN'
  /** A key that must have signed it did not. */
  | 'CHECKPOINT_UNSIGNED'
  /** A signature by one of the log's keys does not verify. */
  | 'CHECKPOINT_SIGNATURE'
  /** A cosignature by a known witness does not verify, or is dated in the future. */
  | 'COSIGNATURE_INVALID'
  /** Fewer known witnesses than demanded cosigned it. */
  | 'WITNESSES_MISSING'
  /** An entry bundle that the size demands is not there. */
  | 'BUNDLE_MISSING'
  /** A bundle is truncated, has trailing bytes or another number of entries. */
  | 'BUNDLE_MALFORMED'
  /** An entry does not hash to its hash in the level-0 tile. */
  | 'ENTRY_MISMATCH'
  /** An entry is refused by the application's check. */
  | 'ENTRY_REFUSED'
  /** A tile that the size demands is not there. */
  | 'TILE_MISSING'
  /** A tile has another length than its width demands. */
  | 'TILE_MALFORMED'
  /** A hash in a tile is not that of the tile below it. */
  | 'TILE_MISMATCH'
  /** The tree has another root than the checkpoint says. */
  | 'ROOT_MISMATCH'
  /** The root could not be computed, because entries and hashes are missing. */
  | 'ROOT_UNKNOWN'
  /** An earlier checkpoint is no prefix of this log: it was rewritten, or shows two faces. */
  | 'EARLIER_INCONSISTENT'
  /** An earlier checkpoint that was given is malformed, not this log's, or not signed by its keys. */
  | 'EARLIER_UNSIGNED'
  /** An earlier checkpoint is larger than the log is now: entries were taken back. */
  | 'EARLIER_LARGER';

export interface Finding {
  readonly code: FindingCode;
  /** A path of the log, where the finding is about a file. */
  readonly path?: string;
  /** Index of an entry in the log. */
  readonly entry?: number;
  /** Position of a hash in the tile at `path`. */
  readonly slot?: number;
  readonly message: string;
}
