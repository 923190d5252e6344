import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { createSettings, type Database, openDatabase } from '../../src/index.ts';

const rows = async (database: Database): Promise<string[]> =>
  (await database.query.selectFrom('settings').select('key').orderBy('key').execute()).map(({ key }) => key);

const insert = ({ query }: Database, key: string) =>
  query.insertInto('settings').values({ key, value: '1' }).execute();

suite('database', () => {
  test('keeps what was committed over a reopening', async (t) => {
    const file = join(tempDir(t), 'node.sqlite');
    {
      await using database = await openDatabase({ file });
      await createSettings(database).set('replicate', ['a', 'b']);
    }
    await using database = await openDatabase({ file });
    assert.deepEqual(await createSettings(database).get('replicate'), ['a', 'b']);
  });

  test('is readable by its owner only', async (t) => {
    const file = join(tempDir(t), 'node.sqlite');
    await using _ = await openDatabase({ file });
    assert.equal(statSync(file).mode & 0o077, 0);
  });

  test('a transaction that throws leaves nothing, and does not harm the ones that share its commit', async (t) => {
    await using database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
    const boom = new Error('boom');
    const outcomes = await Promise.allSettled([
      database.transaction((inside) => insert(inside, 'a')),
      database.transaction(async (inside) => {
        await insert(inside, 'b');
        throw boom;
      }),
      database.transaction((inside) => insert(inside, 'a')),
      database.transaction((inside) => insert(inside, 'c')),
    ]);
    assert.deepEqual(
      outcomes.map((each) => each.status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.equal((outcomes[1] as PromiseRejectedResult).reason, boom);
    assert.deepEqual(await rows(database), ['a', 'c']);
  });

  test('a reader beside a transaction sees nothing of it before the commit', async (t) => {
    await using database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
    await database.transaction(async (inside) => {
      await insert(inside, 'a');
      assert.deepEqual(await rows(database), []);
      assert.deepEqual(await rows(inside), ['a']);
    });
    assert.deepEqual(await rows(database), ['a']);
  });

  test('refuses to write outside of a transaction', async (t) => {
    await using database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
    await assert.rejects(insert(database, 'a'), /readonly/);
  });

  test('a transaction inside another joins it, and one beside it is refused instead of waiting for ever', async (t) => {
    await using database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
    await database.transaction((inside) => inside.transaction((deeper) => insert(deeper, 'a')));
    await assert.rejects(
      database.transaction(() => database.transaction((inside) => insert(inside, 'b'))),
      { code: 'DATABASE_NESTED' },
    );
    assert.deepEqual(await rows(database), ['a']);
  });

  test('closes after what was begun, and refuses what comes later', async (t) => {
    const database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
    const begun = database.transaction((inside) => insert(inside, 'a'));
    await database.close();
    await begun;
    await assert.rejects(
      database.transaction((inside) => insert(inside, 'b')),
      { code: 'DATABASE_CLOSED' },
    );
  });

  test('refuses a schema newer than it knows, and leaves it alone', async (t) => {
    const file = join(tempDir(t), 'node.sqlite');
    await (await openDatabase({ file })).close();
    const raw = new DatabaseSync(file);
    raw.exec('insert into isobit_schema values (999, 0)');
    raw.close();
    await assert.rejects(openDatabase({ file }), { code: 'DATABASE_NEWER' });
  });

  test('refuses a file that is no database, or damaged', async (t) => {
    const dir = tempDir(t);
    writeFileSync(join(dir, 'text'), 'not a database, but long enough to be read as one'.repeat(100));
    await assert.rejects(openDatabase({ file: join(dir, 'text') }), { code: 'DATABASE_INVALID' });
    const file = join(dir, 'node.sqlite');
    await (await openDatabase({ file })).close();
    truncateSync(file, 5_000);
    await assert.rejects(openDatabase({ file }), { code: 'DATABASE_INVALID' });
    await assert.rejects(openDatabase({ file: join(dir, 'absent', 'file') }), { code: 'STORE_IO' });
  });

  test('kill -9: all that was acknowledged is there, and no half of a transaction', async (t) => {
    const file = join(tempDir(t), 'node.sqlite');
    const child = fork(join(import.meta.dirname, 'processes/writer.ts'), [file]);
    let acknowledged = -1;
    child.on('message', (n) => {
      acknowledged = n as number;
      if (acknowledged > 300) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    await using database = await openDatabase({ file });
    const found = new Set(await rows(database));
    for (let n = 0; n <= acknowledged; n++)
      assert.ok(found.has(`${n}a`), `transaction ${n} was acknowledged and is gone`);
    for (const key of found)
      assert.ok(
        found.has(key.endsWith('a') ? key.replace('a', 'b') : key.replace('b', 'a')),
        `${key} is half of a transaction`,
      );
  });

  test('two processes write the same file without losing anything', async (t) => {
    const file = join(tempDir(t), 'node.sqlite');
    await using database = await openDatabase({ file });
    const child = fork(join(import.meta.dirname, 'processes/writer.ts'), [file, '50']);
    const ended = once(child, 'exit');
    for (let n = 0; n < 50; n++) await database.transaction((inside) => insert(inside, `own${n}`));
    assert.deepEqual(await ended, [0, null]);
    assert.equal((await rows(database)).length, 150);
  });
});
