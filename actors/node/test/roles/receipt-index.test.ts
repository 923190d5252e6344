import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { derivedSeed, nodeKey, noteKey } from '@isobit/core';
import { decodeEvidence, receiptDigest, receiptKind, signReceipt } from '@isobit/receipt';
import { createEvidenceStore, openDatabase, openLog } from '@isobit/store';
import { openIdentity } from '../../src/identity.ts';
import { createReceiptIndex } from '../../src/roles/worker/receipt-index.ts';
import { placeInLog } from '../../src/roles/worker/receipt-log.ts';
import { closeAtEnd, folderFor } from '../support.ts';
import { someBody } from './samples.ts';

const key = nodeKey(new Uint8Array(32).fill(5));
const own = (n: number) => signReceipt({ ...someBody(key), time: n }, key);

async function open(t: Parameters<typeof folderFor>[0]) {
  const dir = await folderFor(t);
  const reports: [level: string, message: string, fields?: unknown][] = [];
  const log = await openLog({ dir: join(dir, 'log'), key, noteKey: noteKey(derivedSeed(key, 'log')) });
  const database = await openDatabase({ file: join(dir, 'node.sqlite') });
  closeAtEnd(t, log);
  closeAtEnd(t, database);
  const make = () =>
    createReceiptIndex({ database, log, clock: () => 7, report: (...event) => void reports.push(event) });
  const { binding } = await openIdentity(join(dir, 'identity'));
  return { dir, log, database, make, reports, binding };
}

test('a receipt is found at once, and again after it was stored', async (t) => {
  const { make } = await open(t);
  const receipt = own(1);
  const digest = receiptDigest(receipt);
  {
    await using index = make();
    index.note([{ receipt, logIndex: 4 }]);
    assert.deepEqual(await index.get(digest), { digest, kind: 'own', receipt, logIndex: 4 });
  }
  await using again = make();
  assert.deepEqual(await again.get(digest), { digest, kind: 'own', receipt, logIndex: 4 });
  assert.equal(await again.get('0'.repeat(64)), undefined);
});

test('what the log holds and the index lost is indexed at the next start', async (t) => {
  const { log, make } = await open(t);
  const receipts = Array.from({ length: 5 }, (_, i) => own(i));
  await log.append(receipts.map((receipt) => receiptKind.encode(receipt)));
  await using index = make();
  await index.catchUp();
  for (const [i, receipt] of receipts.entries())
    assert.equal((await index.get(receiptDigest(receipt)))?.logIndex, i);
});

test('a receipt of another worker keeps its place in that log, without content', async (t) => {
  const { log, database, make, binding } = await open(t);
  await log.append([receiptKind.encode(own(1))]);
  const place = await placeInLog(log, binding, { index: 0 });
  const receipt = own(1);
  const digest = receiptDigest(receipt);
  {
    await using index = make();
    index.note([{ receipt, foreign: place }]);
    assert.deepEqual(index.foreignPlace(digest), place);
    assert.equal((await index.get(digest))?.kind, 'foreign');
  }
  const kept = decodeEvidence((await createEvidenceStore(database).get(digest)) as Uint8Array);
  assert.deepEqual(Object.keys(kept).sort(), ['isobit', 'log', 'receipt']);
});

test('what the user kept of a receipt stays', async (t) => {
  const { database, make, log, binding } = await open(t);
  await log.append([receiptKind.encode(own(1))]);
  const receipt = own(1);
  const digest = receiptDigest(receipt);
  const bytes = Uint8Array.of(1, 2, 3);
  await createEvidenceStore(database).put({ receipt: digest, bytes, time: 1 });
  {
    await using index = make();
    index.note([{ receipt, foreign: await placeInLog(log, binding, { index: 0 }) }]);
  }
  assert.deepEqual(await createEvidenceStore(database).get(digest), bytes);
});

test('a worker that contradicts itself is reported, and both receipts stay', async (t) => {
  const { make, reports } = await open(t);
  const one = own(1);
  const other = signReceipt({ ...someBody(key), time: 2, response: 'd'.repeat(64) }, key);
  await using index = make();
  index.note([{ receipt: one, foreign: undefined }]);
  await index[Symbol.asyncDispose]();
  assert.deepEqual(reports, []);
  index.note([{ receipt: other, foreign: undefined }]);
  await index[Symbol.asyncDispose]();
  const [level, message, fields] = reports[0] ?? [];
  assert.equal(level, 'error');
  assert.match(String(message), /contradicted itself/);
  assert.deepEqual(fields, { worker: key.address, receipts: [receiptDigest(one), receiptDigest(other)] });
  assert.ok((await index.get(receiptDigest(one))) && (await index.get(receiptDigest(other))));
});
