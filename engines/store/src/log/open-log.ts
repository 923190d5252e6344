import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Hash, limits } from '@isobit/core';
import {
  ed25519Signer,
  logOrigin,
  parseTilePath,
  proveConsistency,
  proveInclusion,
  rootOfTiles,
  signCheckpoint,
  tileWidth,
  typedSigner,
  verifierOf,
} from '@isobit/log';
import { readIfThere, syncFolder } from './durable-files.ts';
import { logStoreError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { createFullTiles } from './full-tiles.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Appended, Log, LogHead, LogOptions } from './log.ts';
import { createPacer, takePublication, writePublication } from './publisher.ts';
import { recoverLog } from './recover-log.ts';
import { type Refusal, readRefusal, STATE_FOLDER, writeRefusal } from './refusal.ts';
import { encodeGroup, encodeSnapshot } from './tail-records.ts';
import { newerCopy, publishedCopy } from './witnessed-copy.ts';
import { openWriteAhead } from './write-ahead.ts';

const MiB = 1024 * 1024;
/** One group's entries: hashing them takes the event loop some 10 ms. */
const MAX_GROUP_BYTES = MiB;
const MAX_QUEUE_BYTES = 64 * MiB;

/**
 * Opens the log in a folder, or begins one there. It recovers from what is durable: no resolved append is lost,
 * and no second checkpoint of a size that was released is ever signed, however the process before it ended.
 *
 * @throws CodedError `LOG_LOCKED`; `LOG_CORRUPT` where the folder holds another key's log or was rolled back
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const { key, noteKey, origin = logOrigin(key.address), clock = Date.now } = options;
  const { publishIntervalMs = 1000, walBytes = 8 * MiB, cacheBytes = 16 * MiB } = options;
  const dir = resolve(options.dir);
  const stateDir = join(dir, STATE_FOLDER);
  const scratch = join(stateDir, 'scratch');
  const signers = [ed25519Signer(origin, noteKey), typedSigner(origin, key)];
  const verifiers = signers.map(({ vkey }) => verifierOf(vkey));

  await mkdir(stateDir, { recursive: true });
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(lockFolder(join(stateDir, 'lock'), `the log in ${dir}`));
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  let refusal = await readRefusal(stateDir);
  const { wal, recovered } = await openWriteAhead({ path: join(stateDir, 'tail'), reserve: walBytes });
  cleanup.defer(() => wal.close());
  const tiles = createFullTiles({ dir, scratch, cacheBytes });
  const published = await readIfThere(join(dir, 'checkpoint'));

  const sign = (size: number, root: Hash): LogHead => ({
    size,
    root,
    note: signCheckpoint({ origin, size, root, extensions: [] }, signers),
  });

  const found = recoverLog({ dir, origin, tiles, recovered, published, verifiers, sign });
  const { tree } = found;
  let { head } = found;
  let witnessed = publishedCopy(await readIfThere(join(dir, 'checkpoint.witnessed')), origin, head.size);

  let failure: unknown;
  let closed = false;
  const listeners = new Set<(head: LogHead) => void>();
  const fail = (cause: unknown): void => {
    failure ??= logStoreError(
      'LOG_IO',
      `writing the log in ${dir} failed: mend the disk and open the log again`,
      { dir },
      { cause: cause as Error },
    );
  };
  const checkSigning = (): void => {
    if (failure) throw failure;
    if (refusal) throw logStoreError(refusal.code, refusal.message, { ...refusal });
  };

  /** Everything before is in durable files, so that the write-ahead file need not hold it. */
  async function restartTail(): Promise<void> {
    await tiles.durable();
    await wal.restart(encodeSnapshot({ origin, note: head.note, ...tree.snapshot() }));
  }

  async function commit(entries: Uint8Array[]): Promise<Appended[]> {
    checkSigning();
    try {
      if (wal.size > walBytes) await restartTail();
      const first = tree.size;
      const leaves = tree.extend(entries);
      const written = wal.append(encodeGroup({ first, entries }));
      written.catch(() => undefined);
      // Another thread writes meanwhile.
      const next = sign(tree.size, tree.root());
      await written;
      head = next;
      pacer.request();
      for (const listener of listeners) queueMicrotask(() => listener(next));
      return leaves.map((leaf, i) => ({ index: first + i, leaf, head: next }));
    } catch (error) {
      fail(error);
      throw failure;
    }
  }

  const commits = createGroupCommit({
    commit,
    maxGroupBytes: MAX_GROUP_BYTES,
    maxQueueBytes: MAX_QUEUE_BYTES,
  });

  const newestCheckpoint = (): Uint8Array => (witnessed?.size === head.size ? witnessed.bytes : head.note);
  const pacer = createPacer(
    publishIntervalMs,
    async () => {
      const checkpoints = new Map([['checkpoint', newestCheckpoint()]]);
      if (witnessed) checkpoints.set('checkpoint.witnessed', witnessed.bytes);
      await writePublication(await takePublication(head.size, checkpoints, tree.read), dir, scratch, tiles);
    },
    fail,
  );

  await restartTail();
  await syncFolder(stateDir);
  await syncFolder(dir);
  await syncFolder(dirname(dir));
  await pacer.now();

  const inRange = (size: number): void => {
    if (!Number.isSafeInteger(size) || size < 0 || size > head.size) {
      throw logStoreError('LOG_RANGE', `the log has ${head.size} entries, asked was ${size}`, { size });
    }
  };

  const inTree = (index: number, size: number): void => {
    if (Number.isSafeInteger(index) && index >= 0 && index < size) return;
    throw logStoreError('LOG_RANGE', `entry ${index} is not in the tree of ${size}`, { index, size });
  };

  const resources = cleanup.move();
  const log: Log = {
    origin,
    verifiers,
    get size() {
      return head.size;
    },
    get head() {
      return head;
    },
    get refusal() {
      return refusal;
    },
    async append(entries, signal) {
      if (closed) throw logStoreError('LOG_CLOSED', `the log in ${dir} is closed`);
      checkSigning();
      for (const { length } of entries) {
        if (length > limits.logEntryBytes) {
          throw logStoreError(
            'LOG_ENTRY_TOO_LARGE',
            `an entry of ${length} bytes, at most ${limits.logEntryBytes} fit in a log`,
            { length },
          );
        }
      }
      if (entries.length === 0) return [];
      return commits.add(
        entries,
        entries.reduce((sum, entry) => sum + entry.length + 2, 0),
        signal,
      );
    },
    async entry(index) {
      inTree(index, head.size);
      return tree.entry(index);
    },
    async proof(index, size = head.size) {
      inRange(size);
      inTree(index, size);
      return proveInclusion(index, size, tree.readTile);
    },
    async consistency(from, to = head.size) {
      inRange(to);
      inRange(from);
      if (from > to) throw logStoreError('LOG_RANGE', `${from} entries are not before ${to}`, { from, to });
      return proveConsistency(from, to, tree.readTile);
    },
    async root(size) {
      inRange(size);
      return rootOfTiles(size, tree.readTile);
    },
    async readPublic(path) {
      if (path === 'checkpoint') return newestCheckpoint();
      if (path === 'checkpoint.witnessed') return witnessed?.bytes;
      const tile = parseTilePath(path);
      if (!tile || tile.width > tileWidth(tile.level, tile.index, head.size)) return undefined;
      return tree.read(tile);
    },
    async publish() {
      if (failure) throw failure;
      await pacer.now();
    },
    setWitnessed(note) {
      witnessed = newerCopy(witnessed, note, origin, head.size);
      pacer.request();
    },
    async refuse(reason) {
      const stated: Refusal = { ...reason, time: clock() };
      refusal ??= stated; // at once, so that nothing is signed while it is being written
      await writeRefusal(stateDir, refusal);
    },
    onHead(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (closed) return;
      closed = true;
      await commits.idle();
      await pacer.close();
      try {
        if (!failure) {
          await pacer.now();
          await tiles.durable();
        }
      } finally {
        await resources.disposeAsync();
      }
    },
    [Symbol.asyncDispose]: () => log.close(),
  };
  return log;
}
