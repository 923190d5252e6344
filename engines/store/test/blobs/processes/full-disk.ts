import { execFileSync } from 'node:child_process';
import { isCoded } from '@isobit/core';
import { openBlobFolder } from '../../../src/index.ts';
import { blobOf } from '../blob-suite.ts';
import { noise } from '../bytes.ts';

/** Fills a disk of 4 MiB, mounted on the empty folder that is given, and prints what it was told. */
const [dir = ''] = process.argv.slice(2);
const MiB = 2 ** 20;
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);

const codeOf = (error: unknown): string => (isCoded(error) ? error.code : String(error));
const store = await openBlobFolder({ dir });
const { root, bytes, leaves } = await blobOf(8 * MiB);
const put = await store.put(noise(8 * MiB)).then(() => 'kept', codeOf);
const partial = await store
  .partial({ root, size: bytes.length, leaves: async () => leaves })
  .then(() => 'opened', codeOf);
const small = await store.has((await store.put(noise(1000))).root);
console.log(JSON.stringify({ put, partial, small }));
