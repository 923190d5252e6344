import { openDatabase } from '../../../src/index.ts';

/** Writes pairs of rows and tells its parent of each that is durable: for ever, or `count` times. */
const [file = '', count = 'Infinity'] = process.argv.slice(2);
await using database = await openDatabase({ file });
for (let n = 0; n < Number(count); n++) {
  await database.transaction(async ({ query }) => {
    await query
      .insertInto('settings')
      .values({ key: `${n}a`, value: '1' })
      .execute();
    await query
      .insertInto('settings')
      .values({ key: `${n}b`, value: '1' })
      .execute();
  });
  process.send?.(n);
}
process.disconnect();
