import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import { isSignedByWorker, type LogEvidence, type ReceiptBody, receiptKind } from '@isobit/receipt';
import { createReceiptCommitter } from '../../src/roles/worker/receipt-committer.ts';
import { createSigningGate } from '../../src/signing-gate.ts';
import { someBody } from './samples.ts';

const key = nodeKey(new Uint8Array(32).fill(5));
const body = (n: number): ReceiptBody => ({ ...someBody(key), request: n.toString(16).padStart(64, '0') });

/** A log that a test lets go on, one append after the other. */
function slowLog() {
  const groups: number[] = [];
  const waiting: (() => void)[] = [];
  let size = 0;
  return {
    groups,
    next: () => waiting.shift()?.(),
    log: {
      async append(entries: readonly Uint8Array[]): Promise<LogEvidence[]> {
        groups.push(entries.length);
        await new Promise<void>((resolve) => waiting.push(resolve));
        for (const entry of entries) receiptKind.decode(entry);
        return entries.map(() => ({
          checkpoint: 'c',
          index: size++,
          proof: [],
          key: {} as LogEvidence['key'],
        }));
      },
    },
  };
}
const openGate = () => {
  const gate = createSigningGate();
  gate.started();
  return gate;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what comes while one group is being written is the next group', async () => {
  const { log, groups, next } = slowLog();
  await using committer = createReceiptCommitter({ key, gate: openGate(), log });
  const commit = (n: number) => committer.expect().commit(body(n));
  const first = commit(0);
  await turn();
  const rest = [1, 2, 3].map(commit);
  next();
  const { receipt } = await first;
  assert.equal(receipt.signature.batch, undefined);
  await turn();
  next();
  const later = await Promise.all(rest);
  assert.deepEqual(groups, [1, 3]);
  for (const [i, { receipt, log: place }] of later.entries()) {
    assert.ok(isSignedByWorker(receipt));
    assert.deepEqual([receipt.request, place.index], [body(i + 1).request, i + 1]);
  }
});

test('a receipt waits for one that is on its way, and not for one that will not come', async () => {
  const { log, groups, next } = slowLog();
  await using committer = createReceiptCommitter({ key, gate: openGate(), log, gatherMs: 60_000 });
  const other = committer.expect();
  const failing = committer.expect();
  const first = committer.expect().commit(body(1));
  failing[Symbol.dispose]();
  await turn();
  assert.deepEqual(groups, []);
  const second = other.commit(body(2));
  await turn();
  assert.deepEqual(groups, [2]);
  next();
  await Promise.all([first, second]);
});

test('it does not wait long', async () => {
  const { log, groups, next } = slowLog();
  await using committer = createReceiptCommitter({ key, gate: openGate(), log });
  using _slow = committer.expect();
  const first = committer.expect().commit(body(1));
  while (groups.length === 0) await turn();
  next();
  assert.ok((await first).receipt);
});

test('nothing is signed while the gate is closed, and those who wait are told why', async () => {
  const gate = createSigningGate();
  const { log, groups } = slowLog();
  await using committer = createReceiptCommitter({ key, gate, log });
  await assert.rejects(committer.expect().commit(body(1)), { code: 'SIGNING_REFUSED' });
  gate.started();
  gate.close('log-behind');
  await assert.rejects(committer.expect().commit(body(1)), /restore the newest data folder/);
  assert.deepEqual(groups, []);
});

test('a log that fails rejects its group, and the next is tried', async () => {
  let fails = true;
  const log = {
    append: async (entries: readonly Uint8Array[]): Promise<LogEvidence[]> => {
      if (fails) throw new Error('disk');
      return entries.map((_, index) => ({
        checkpoint: 'c',
        index,
        proof: [],
        key: {} as LogEvidence['key'],
      }));
    },
  };
  const told: number[] = [];
  const onCommitted = (all: readonly unknown[]) => void told.push(all.length);
  await using committer = createReceiptCommitter({ key, gate: openGate(), log, onCommitted });
  await assert.rejects(committer.expect().commit(body(1)), /disk/);
  fails = false;
  assert.ok(await committer.expect().commit(body(1)));
  assert.deepEqual(told, [1]);
});

test('disposal ends what has begun and refuses what comes later', async () => {
  const { log, next } = slowLog();
  const committer = createReceiptCommitter({ key, gate: openGate(), log });
  const last = committer.expect().commit(body(1));
  await turn();
  const closing = committer[Symbol.asyncDispose]();
  await assert.rejects(committer.expect().commit(body(2)), { code: 'SIGNING_REFUSED' });
  next();
  assert.ok((await last).receipt);
  await closing;
});
