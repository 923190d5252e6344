import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isCoded, sha256, toHex, utf8 } from '@isobit/core';
import {
  type AddCheckpoint,
  type Cosigner,
  decideAddCheckpoint,
  formatSignature,
  type NoteVerifier,
  parseAddCheckpoint,
  type Seen,
  serializeNote,
  verifierOfOrigin,
  type WitnessRefusal,
  withSignatures,
} from '@isobit/log';
import { logStoreError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';

/** What a witness sends back over HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 429;
  /** `text/x.tlog.size` with a 409, else plain text. */
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Why not, for the log of a person; it is also the body. */
  readonly reason?: WitnessRefusal | 'TOO_MANY_LOGS';
}

export interface WitnessStore extends Disposable {
  /** The witness's vkey is `cosigner.vkey`. */
  readonly cosigner: Cosigner;
  /** Answers add-checkpoint (specs/log.md section 6). The new state is durable before a cosignature is returned. */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
  /** The checkpoint that it cosigned last, with the log's signatures and its own; by hex SHA-256 of the origin. */
  latest(originHash: string): Uint8Array | undefined;
  close(): void;
}

export interface WitnessStoreOptions {
  readonly dir: string;
  readonly cosigner: Cosigner;
  /**
   * Keys of the log with an origin; undefined for one that this witness does not serve. By default every
   * Isobit log, whose origin names the key of its EIP-712 line.
   */
  readonly keysOf?: (
    origin: string,
  ) => readonly NoteVerifier[] | undefined | Promise<readonly NoteVerifier[] | undefined>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Logs remembered at most, so that strangers cannot fill the disk: 100,000 unless given. */
  readonly maxLogs?: number;
}

const TEXT = 'text/plain; charset=utf-8';
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS seen (
    origin_hash TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
  ) STRICT;
`;

const ownOrigins = (origin: string): NoteVerifier[] | undefined => {
  const verifier = verifierOfOrigin(origin);
  return verifier && [verifier];
};

/** Opens the state of a witness. @throws CodedError `LOG_LOCKED` */
export function openWitness(options: WitnessStoreOptions): WitnessStore {
  const { dir, cosigner, keysOf = ownOrigins, clock = Date.now, maxLogs = 100_000 } = options;
  mkdirSync(dir, { recursive: true });
  const lock = lockFolder(join(dir, 'lock'), `the witness in ${dir}`);
  const database = new DatabaseSync(join(dir, 'witness.sqlite'));
  database.exec(SCHEMA);
  const find = database.prepare('SELECT size, root, note FROM seen WHERE origin_hash = ?');
  const count = database.prepare('SELECT count(*) AS logs FROM seen');
  const keep = database.prepare(
    'INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note',
  );
  let closed = false;

  const refuse = (
    status: WitnessAnswer['status'],
    reason: WitnessRefusal | 'TOO_MANY_LOGS',
    detail = '',
  ): WitnessAnswer => ({
    status,
    contentType: TEXT,
    body: utf8(`${reason}${detail && `: ${detail}`}\n`),
    reason,
  });

  return {
    cosigner,
    async addCheckpoint(body) {
      let request: AddCheckpoint;
      try {
        request = parseAddCheckpoint(body);
      } catch (error) {
        if (isCoded(error)) return refuse(400, 'MALFORMED', error.message);
        throw error;
      }
      const { checkpoint, note } = request;
      const keys = await keysOf(checkpoint.origin);
      if (closed) throw logStoreError('LOG_CLOSED', `the witness in ${dir} is closed`);
      // From here to the end nothing is awaited: reading the state, deciding and keeping are one step, and the
      // lock on the folder keeps other processes out.
      const id = toHex(sha256(utf8(checkpoint.origin)));
      const row = find.get(id);
      const seen: Seen | undefined = row && { size: Number(row['size']), root: row['root'] as Uint8Array };
      const decision = decideAddCheckpoint(request, keys, seen);
      if (decision.status === 409)
        return { status: 409, contentType: 'text/x.tlog.size', body: utf8(`${decision.size}\n`) };
      if (decision.status !== 200) return refuse(decision.status, decision.reason);
      if (!seen && Number(count.get()?.['logs']) >= maxLogs) return refuse(429, 'TOO_MANY_LOGS');
      const line = cosigner.cosign(note.text, Math.floor(clock() / 1000));
      // Only the lines that were verified are kept: a stranger's lines are not this witness's to repeat.
      const known = note.signatures.filter(({ name, keyId }) =>
        keys?.some((key) => key.name === name && key.keyId === keyId),
      );
      keep.run(
        id,
        checkpoint.size,
        checkpoint.root,
        serializeNote(withSignatures({ text: note.text, signatures: known }, [line])),
      );
      return { status: 200, contentType: TEXT, body: utf8(formatSignature(line)) };
    },
    latest: (originHash) => find.get(originHash)?.['note'] as Uint8Array | undefined,
    close() {
      if (closed) return;
      closed = true;
      database.close();
      lock[Symbol.dispose]();
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}
