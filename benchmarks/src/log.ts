import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { derivedSeed, leafHash, nodeKey, noteKey } from '@isobit/core';
import { fsck, type ReadPublic } from '@isobit/log';
import { type LogHead, openLog, readFolder } from '@isobit/store';
import type { Figure } from './figure.ts';

export interface LogSuiteOptions {
  /** Receipts in the log. */
  readonly entries?: number;
  /** Appends in flight. */
  readonly appenders?: number;
  /** Times that the log and its peers take turns. */
  readonly rounds?: number;
  readonly signal?: AbortSignal;
  /** A line for a person. */
  readonly report?: (line: string) => void;
}

/** Bytes of a receipt, about. */
const ENTRY_BYTES = 900;
const PEER_APPENDS = 1000;
const PROOFS = 1000;

const median = (values: readonly number[]): number => quantile(values, 0.5);
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
function entryAt(index: number): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES).fill(index);
  new DataView(entry.buffer).setFloat64(0, index);
  return entry;
}

/** Durable single inserts of the same bytes: what a program without group commit gets. */
function sqliteAppends(dir: string): { perSecond(): number; close(): void } {
  const database = new DatabaseSync(join(dir, 'peer.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (bytes BLOB)');
  const insert = database.prepare('INSERT INTO entry VALUES (?)');
  return {
    perSecond() {
      const start = performance.now();
      for (let i = 0; i < PEER_APPENDS; i++) insert.run(entryAt(i));
      return (PEER_APPENDS / (performance.now() - start)) * 1000;
    },
    close: () => database.close(),
  };
}

/** Appends to a bare file, each with its fdatasync. */
async function fileAppends(dir: string): Promise<number> {
  await using file = await open(join(dir, 'peer.bin'), 'a');
  const ms = await timed(async () => {
    for (let i = 0; i < PEER_APPENDS; i++) {
      await file.write(entryAt(i));
      await file.datasync();
    }
  });
  return (PEER_APPENDS / ms) * 1000;
}

/** The log of issue 2's table: append, proof, audit, open. At a million entries it takes about a minute. */
export async function logSuite(options: LogSuiteOptions = {}): Promise<Figure[]> {
  const { entries = 1_000_000, appenders = 64, rounds = 5, signal, report = () => {} } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'isobit-bench-log-'));
  const dir = join(scratch, 'log');
  const key = nodeKey();
  const openIt = () => openLog({ dir, key, noteKey: noteKey(derivedSeed(key, 'log')) });
  const rates = { log: [] as number[], sqlite: [] as number[], file: [] as number[] };
  let log = await openIt();
  const sqlite = sqliteAppends(scratch);
  const figures: Figure[] = [];
  const figure = (
    name: string,
    value: number,
    unit: string,
    peer: string,
    target: string,
    holds: boolean,
  ): void => {
    figures.push({ suite: 'log', name, value: Number(value.toPrecision(4)), unit, peer, target, holds });
  };

  async function growTo(size: number): Promise<number> {
    let next = log.size;
    const added = size - next;
    const appender = async (): Promise<void> => {
      while (next < size) {
        signal?.throwIfAborted();
        await log.append([entryAt(next++)]);
      }
    };
    return (added / (await timed(() => Promise.all(Array.from({ length: appenders }, appender))))) * 1000;
  }
  /** Audits the log as it was at `head`, from its folder. */
  async function auditMs(head: LogHead): Promise<number> {
    const folder = readFolder(dir);
    const read: ReadPublic = async (path, aborted) =>
      path === 'checkpoint' ? head.note : folder(path, aborted);
    return timed(async () => {
      const found = await fsck({
        read,
        keys: log.verifiers,
        origin: log.origin,
        ...(signal ? { signal } : {}),
      });
      if (!found.ok || found.entries !== head.size)
        throw new Error(`the audit found ${found.findings[0]?.message}`);
    });
  }
  /** Leaf hashes and as many node hashes, of the same bytes in memory: the least that an audit can do. */
  function bareHashingMs(count: number): number {
    const entry = entryAt(1);
    const start = performance.now();
    for (let i = 0; i < count; i++) leafHash(leafHash(entry));
    return performance.now() - start;
  }

  try {
    let tenth = log.head;
    await growTo(Math.ceil(entries / 100)); // warm
    for (let round = 1; round <= rounds; round++) {
      const size = round === 1 ? entries / 10 : (entries / 10) * (1 + (9 * (round - 1)) / (rounds - 1));
      rates.log.push(await growTo(Math.round(size)));
      rates.sqlite.push(sqlite.perSecond());
      rates.file.push(await fileAppends(scratch));
      if (round === 1) tenth = log.head;
      report(`log: ${log.size} entries, ${Math.round(rates.log.at(-1) ?? 0)} appends/s`);
    }
    const [append, sqlitePeer, filePeer] = [median(rates.log), median(rates.sqlite), median(rates.file)];
    figure(
      `durable appends, ${appenders} at a time`,
      append,
      '1/s',
      `node:sqlite FULL, one insert each: ${sqlitePeer.toFixed(0)}/s`,
      '>= 2000',
      append >= 2000,
    );
    figure(
      'durable appends against single inserts',
      append / sqlitePeer,
      'x',
      `node:sqlite FULL: ${sqlitePeer.toFixed(0)}/s; write + fdatasync: ${filePeer.toFixed(0)}/s`,
      '>= 1',
      append >= sqlitePeer,
    );

    const anyProof = () => log.proof(Math.floor(Math.random() * log.size));
    for (let i = 0; i < PROOFS / 5; i++) await anyProof(); // warm
    const proofs: number[] = [];
    for (let i = 0; i < PROOFS; i++) proofs.push(await timed(anyProof));
    const hashPeer = `22 bare hashes of nodes: ${((bareHashingMs(1000) * 11) / 1000).toFixed(3)} ms`;
    figure(
      `inclusion proof at ${entries}, median`,
      median(proofs),
      'ms',
      hashPeer,
      '<= 2',
      median(proofs) <= 2,
    );
    figure(
      `inclusion proof at ${entries}, 99th percentile`,
      quantile(proofs, 0.99),
      'ms',
      hashPeer,
      'none',
      true,
    );

    const small: number[] = [];
    const large: number[] = [];
    await log.publish();
    const bare = bareHashingMs(entries);
    for (let i = 0; i < Math.min(2, rounds); i++) {
      small.push(await auditMs(tenth));
      large.push(await auditMs(log.head));
      small.push(await auditMs(tenth));
      report(`log: audited in ${(large.at(-1) ?? 0).toFixed(0)} ms`);
    }
    const ratio = median(large) / median(small);
    figure(
      `fsck of ${entries} against a tenth`,
      ratio,
      'x',
      `fsck of ${entries / 10}: ${(median(small) / 1000).toFixed(2)} s`,
      '<= 12',
      ratio <= 12,
    );
    figure(
      `fsck of ${entries}`,
      median(large) / 1000,
      's',
      `bare hashing of the same: ${(bare / 1000).toFixed(2)} s`,
      '<= 5x',
      median(large) <= 5 * bare,
    );

    await log.close();
    const opened: number[] = [];
    for (let i = 0; i < rounds; i++) {
      opened.push(await timed(async () => (log = await openIt())));
      if (i < rounds - 1) await log.close();
    }
    figure(
      `open at ${entries}`,
      median(opened),
      'ms',
      `its audit: ${median(large).toFixed(0)} ms`,
      '<= 1000',
      median(opened) <= 1000,
    );
    return figures;
  } finally {
    await log.close();
    sqlite.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
