import type { Hash, NodeKey, NoteKey } from '@isobit/core';
import type { Note, NoteVerifier } from '@isobit/log';
import type { Refusal } from './refusal.ts';

/** The newest durable state of a log. */
export interface LogHead {
  readonly size: number;
  readonly root: Hash;
  /** Bytes of the checkpoint, signed by the log key and as EIP-712 by the node key. */
  readonly note: Uint8Array;
}

export interface Appended {
  readonly index: number;
  readonly leaf: Hash;
  /** A durable checkpoint that covers the entry. */
  readonly head: LogHead;
}

export interface LogOptions {
  /** Folder of the public files, which may be served as they are; private state lies in its `.state`. */
  readonly dir: string;
  /** Signs the EIP-712 copy of each checkpoint. */
  readonly key: NodeKey;
  /** Signs the checkpoint: the log's key. */
  readonly noteKey: NoteKey;
  /** `logOrigin(key.address)` unless given. */
  readonly origin?: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** The public files of the newest state are written at most this often: 1000 ms unless given. */
  readonly publishIntervalMs?: number;
  /** Size at which the write-ahead file begins anew: 8 MiB unless given. */
  readonly walBytes?: number;
  /** Memory for tiles and bundles that were read: 16 MiB unless given. */
  readonly cacheBytes?: number;
}

/** A durable transparency log (specs/log.md). */
export interface Log extends AsyncDisposable {
  readonly origin: string;
  /** Durable entries. */
  readonly size: number;
  readonly head: LogHead;
  /** The keys that sign this log's checkpoints: Ed25519, then EIP-712. */
  readonly verifiers: readonly NoteVerifier[];
  /** Why it signs nothing more, if so. */
  readonly refusal: Refusal | undefined;

  /**
   * Resolves when the entries are durable together with a signed checkpoint that covers them. Entries of one
   * call are consecutive.
   *
   * @param signal takes the entries back while they wait; a commit that has begun is finished
   * @throws CodedError `LOG_ENTRY_TOO_LARGE`, `LOG_BUSY`, `LOG_IO`, `LOG_BEHIND`, `LOG_FORKED`, `LOG_CLOSED`
   */
  append(entries: readonly Uint8Array[], signal?: AbortSignal): Promise<Appended[]>;
  /** @throws CodedError `LOG_RANGE`, `LOG_CORRUPT` where a public file is gone */
  entry(index: number): Promise<Uint8Array>;
  /** Audit path of an entry in the tree of `size`, the newest unless given. Errors as `entry`. */
  proof(index: number, size?: number): Promise<Hash[]>;
  /** Consistency proof between two sizes of this log, `to` the newest unless given. Errors as `entry`. */
  consistency(from: number, to?: number): Promise<Hash[]>;
  /** Root of the tree of a size. Errors as `entry`. */
  root(size: number): Promise<Hash>;
  /**
   * The newest state of a public file: `checkpoint`, `checkpoint.witnessed`, or any tile and bundle of any size
   * up to the newest. Undefined for every other path.
   */
  readPublic(path: string): Promise<Uint8Array | undefined>;
  /** Writes the public files of the newest state now. */
  publish(): Promise<void>;
  /** Takes a cosigned copy of a checkpoint of this log, for `checkpoint` and `checkpoint.witnessed`. */
  setWitnessed(note: Note): void;
  /** Stops signing, durably, until the operator's `clearRefusal(dir)`. */
  refuse(refusal: Omit<Refusal, 'time'>): Promise<void>;
  /** Calls `listener` after each commit; returns what ends that. */
  onHead(listener: (head: LogHead) => void): () => void;
  /** Waits for appends in flight, writes the public files and frees the folder. */
  close(): Promise<void>;
}
