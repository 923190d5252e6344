import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { receiptDigest } from '@isobit/receipt';
import { tempDir } from '@isobit/testing';
import {
  createEvidenceStore,
  createModels,
  createNames,
  createPetnames,
  createReceipts,
  createSettings,
  type OpenedDatabase,
  openDatabase,
} from '../../src/index.ts';
import { alice, bob, hex, idOf, nameOf, receiptOf, signed } from './samples.ts';

async function open(t: TestContext): Promise<OpenedDatabase> {
  const database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
  t.after(() => database.close());
  return database;
}

suite('models', () => {
  test('keeps a signed manifest once', async (t) => {
    const models = createModels(await open(t));
    assert.deepEqual(await models.add({ signed: signed('digits'), source: 'push', time: 5 }), {
      id: idOf('digits'),
      added: true,
    });
    assert.deepEqual(await models.add({ signed: signed('digits'), source: 'pull', time: 6 }), {
      id: idOf('digits'),
      added: false,
    });
    const [model, ...others] = await models.list();
    assert.deepEqual(others, []);
    assert.deepEqual(model, { ...(await models.get(idOf('digits'))) });
    assert.equal(model?.source, 'push');
    assert.equal(model?.added, 5);
    assert.deepEqual(model?.signed, signed('digits'));
    assert.equal(await models.remove(idOf('digits')), true);
    assert.equal(await models.remove(idOf('digits')), false);
    assert.equal(await models.get(idOf('digits')), undefined);
  });

  test('refuses a manifest that its publisher did not sign', async (t) => {
    const models = createModels(await open(t));
    const forged = { ...signed('digits'), signature: signed('other').signature };
    await assert.rejects(async () => models.add({ signed: forged, source: 'push', time: 0 }), {
      code: 'MANIFEST_SIGNATURE',
    });
    assert.deepEqual(await models.list(), []);
  });
});

suite('names', () => {
  const digits = { key: alice.address, name: 'digits' };

  test('the newest unexpired version is the answer; a named version is one for ever', async (t) => {
    const names = createNames(await open(t));
    await names.put({ signed: nameOf({ version: '1', title: 'one', sequence: 1, expires: 5_000 }), time: 0 });
    await names.put({ signed: nameOf({ version: '2', title: 'two', sequence: 2, expires: 1_000 }), time: 0 });
    assert.equal((await names.resolve(digits, 999))?.record.version, '2');
    assert.equal((await names.resolve(digits, 1_000))?.record.version, '1');
    assert.equal(await names.resolve(digits, 5_000), undefined);
    assert.equal((await names.resolve({ ...digits, version: '2' }, 9_999))?.record.model, idOf('two'));
    assert.equal(await names.resolve({ ...digits, version: '3' }, 0), undefined);
  });

  test('two versions of one sequence have no newest', async (t) => {
    const names = createNames(await open(t));
    for (const version of ['1', '2'])
      await names.put({ signed: nameOf({ version, title: version, sequence: 1 }), time: 0 });
    await assert.rejects(names.resolve(digits, 0), { code: 'NAME_AMBIGUOUS' });
    assert.equal((await names.resolve({ ...digits, version: '2' }, 0))?.record.model, idOf('2'));
  });

  test('a renewal replaces its record; an older one does not', async (t) => {
    const names = createNames(await open(t));
    const record = { version: '1', title: 'one' };
    assert.equal(await names.put({ signed: nameOf({ ...record, sequence: 2 }), time: 0 }), true);
    assert.equal(await names.put({ signed: nameOf({ ...record, sequence: 2 }), time: 0 }), false);
    assert.equal(await names.put({ signed: nameOf({ ...record, sequence: 1 }), time: 0 }), false);
    assert.equal(
      await names.put({ signed: nameOf({ ...record, sequence: 3, expires: 7_000 }), time: 0 }),
      true,
    );
    assert.equal((await names.resolve(digits, 6_000))?.record.sequence, 3);
  });

  test('a second model for one version is refused and kept as evidence', async (t) => {
    const names = createNames(await open(t));
    const kept = nameOf({ version: '1', title: 'one', sequence: 1 });
    const refused = nameOf({ version: '1', title: 'other', sequence: 2 });
    await names.put({ signed: kept, time: 0 });
    await assert.rejects(names.put({ signed: refused, time: 7 }), { code: 'NAME_CONTRADICTION' });
    await assert.rejects(names.put({ signed: refused, time: 8 }), { code: 'NAME_CONTRADICTION' });
    assert.deepEqual(await names.contradictions(alice.address), [{ kept, refused, found: 7 }]);
    assert.deepEqual(await names.contradictions(bob.address), []);
    const found = await names.resolve({ ...digits, version: '1' }, 0);
    assert.equal(found?.record.model, idOf('one'));
    assert.equal(found?.contradicted, true);
  });

  test("a record with another key's signature is refused", async (t) => {
    const names = createNames(await open(t));
    const record = nameOf({ version: '1', title: 'one', sequence: 1 });
    const forged = {
      ...record,
      signature: nameOf({ version: '1', title: 'one', sequence: 1, key: bob }).signature,
    };
    await assert.rejects(names.put({ signed: forged, time: 0 }), { code: 'NAME_SIGNATURE' });
  });

  test('lists the keys that own a name', async (t) => {
    const names = createNames(await open(t));
    await names.put({ signed: nameOf({ version: '1', title: 'one', sequence: 1 }), time: 0 });
    await names.put({ signed: nameOf({ version: '1', title: 'two', sequence: 1, key: bob }), time: 0 });
    assert.deepEqual(await names.owners('digits'), [alice.address, bob.address].sort());
    assert.deepEqual(
      (await names.list(bob.address)).map(({ record }) => record.model),
      [idOf('two')],
    );
  });
});

suite('petnames', () => {
  test('a word stands for one key; a clash names both', async (t) => {
    const petnames = createPetnames(await open(t));
    await petnames.set('alice', alice.address);
    await petnames.set('alice', alice.address);
    await assert.rejects(petnames.set('alice', bob.address), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'PETNAME_TAKEN');
      return error.message.includes(alice.address) && error.message.includes(bob.address);
    });
    assert.equal(await petnames.get('alice'), alice.address);
    assert.deepEqual(await petnames.of(alice.address), ['alice']);
    assert.equal(await petnames.remove('alice'), true);
    await petnames.set('alice', bob.address);
    assert.deepEqual(await petnames.list(), [{ owner: 'alice', key: bob.address }]);
  });
});

suite('receipts', () => {
  test('keeps a receipt byte for byte, and its place in the log', async (t) => {
    const receipts = createReceipts(await open(t));
    const receipt = receiptOf('q', 'a');
    const [digest = ''] = await receipts.addAll([{ receipt, kind: 'own' }]);
    assert.equal(digest, receiptDigest(receipt));
    assert.equal((await receipts.get(digest))?.logIndex, undefined);
    await receipts.addAll([{ receipt, kind: 'foreign', logIndex: 7 }]);
    assert.deepEqual(await receipts.get(digest), { digest, receipt, kind: 'own', logIndex: 7 });
    assert.equal(await receipts.get(hex('nothing')), undefined);
  });

  test('keeps many at once, one that is given twice as one', async (t) => {
    const receipts = createReceipts(await open(t));
    const some = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        receipt: receiptOf(`q${from + i}`, 'a'),
        kind: 'own' as const,
        logIndex: from + i,
      }));
    await receipts.addAll(some(0, 60));
    const digests = await receipts.addAll([...some(40, 200), ...some(190, 200)]);
    assert.equal(new Set(digests).size, 160);
    assert.equal((await receipts.list({ limit: 1_000 })).length, 200);
    for (const digest of digests) {
      const found = await receipts.get(digest);
      assert.deepEqual(found?.receipt, receiptOf(`q${found?.logIndex}`, 'a'));
    }
    assert.deepEqual(await receipts.addAll([]), []);
  });

  test('pages through receipts of the same moment without loss', async (t) => {
    const receipts = createReceipts(await open(t));
    for (let n = 0; n < 10; n++)
      await receipts.addAll([{ receipt: receiptOf(`q${n}`, 'a', n < 5 ? 1 : 2), kind: 'own' }]);
    const seen: string[] = [];
    for (let page = await receipts.list({ limit: 3 }); page.length > 0; ) {
      seen.push(...page.map(({ digest }) => digest));
      const after = page.at(-1);
      page = after ? await receipts.list({ limit: 3, after }) : [];
    }
    assert.equal(new Set(seen).size, 10);
    assert.equal((await receipts.list({ kind: 'foreign' })).length, 0);
    assert.equal((await receipts.list({ worker: bob.address })).length, 10);
    assert.equal((await receipts.list({ model: idOf('other') })).length, 0);
  });

  test('finds the receipts that contradict one', async (t) => {
    const receipts = createReceipts(await open(t));
    await receipts.addAll([{ receipt: receiptOf('q', 'lie', 2), kind: 'foreign' }]);
    await receipts.addAll([{ receipt: receiptOf('q', 'truth', 3), kind: 'foreign' }]);
    await receipts.addAll([{ receipt: receiptOf('other', 'lie', 4), kind: 'foreign' }]);
    const found = await receipts.contradicting(receiptOf('q', 'truth', 1));
    assert.deepEqual(
      found.map(({ receipt }) => receipt.response),
      [hex('lie')],
    );
  });
});

suite('evidence, settings', () => {
  test('receipt and evidence are kept together or not at all', async (t) => {
    const database = await open(t);
    const receipt = receiptOf('q', 'a');
    const failing = database.transaction(async (inside) => {
      const [digest] = await createReceipts(inside).addAll([{ receipt, kind: 'own' }]);
      await createEvidenceStore(inside).put({ receipt: digest as string, bytes: Uint8Array.of(1), time: 1 });
      throw new Error('the log refused');
    });
    await assert.rejects(failing, /the log refused/);
    assert.equal(await createReceipts(database).get(receiptDigest(receipt)), undefined);
    assert.deepEqual(await createEvidenceStore(database).list(), []);
  });

  test('evidence is kept until it is removed; a later document takes the place of the earlier', async (t) => {
    const evidence = createEvidenceStore(await open(t));
    await evidence.put({ receipt: hex('r'), bytes: Uint8Array.of(1), time: 1 });
    await evidence.put({ receipt: hex('r'), bytes: Uint8Array.of(1, 2), time: 2 });
    assert.deepEqual([...((await evidence.get(hex('r'))) ?? [])], [1, 2]);
    assert.deepEqual(await evidence.list(), [{ receipt: hex('r'), added: 2 }]);
    assert.equal(await evidence.remove(hex('r')), true);
    assert.equal(await evidence.get(hex('r')), undefined);
  });

  test('a setting is changed by one caller at a time', async (t) => {
    const settings = createSettings(await open(t));
    const add = (): Promise<unknown> => settings.update('count', (value) => Number(value ?? 0) + 1);
    await Promise.all(Array.from({ length: 20 }, add));
    assert.equal(await settings.get('count'), 20);
    await settings.update('count', () => undefined);
    assert.equal(await settings.get('count'), undefined);
    await assert.rejects(settings.set('float', 0.5), { code: 'CANONICAL_INVALID' });
  });
});
