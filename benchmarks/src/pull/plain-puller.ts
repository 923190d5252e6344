import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, stream } from 'undici';
import { eachRound } from './rounds.ts';

/** One GET into a file, the way a program without Isobit would: undici's fastest, then fsync. */
const [url = '', root = ''] = process.argv.slice(2);
const dispatcher = new Agent();

await eachRound(async (dir) => async () => {
  const path = join(dir, root);
  await stream(`${url}blobs/${root}`, { dispatcher, method: 'GET' }, () => createWriteStream(path));
  await using file = await open(path, 'r+');
  await file.datasync();
});
await dispatcher.close();
