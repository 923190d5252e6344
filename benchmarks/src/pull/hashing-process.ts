import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compileHashing, createHashFour } from '@isobit/kernels/hashing';
import { hashingPath } from '@isobit/kernels/wasm-path';
import { eachRound } from './rounds.ts';

/** Hashes as many bytes as the others pull, block by block on one thread, the quicker way that this processor has. */
const BLOCK = 2 ** 20;
const TRIES = 16;
const [size = '0'] = process.argv.slice(2);
const count = Math.ceil(Number(size) / BLOCK / 4);
const prefix = Uint8Array.of(0);
const blocks = Array.from({ length: 4 }, (_, i) => new Uint8Array(BLOCK).fill(i));
const hashFour = createHashFour(compileHashing(readFileSync(hashingPath())));

const byFours = (): unknown => hashFour(prefix, blocks);
const oneByOne = (): unknown =>
  blocks.map((block) => createHash('sha256').update(prefix).update(block).digest());
const timeOf = (hash: () => unknown): number => {
  const started = performance.now();
  for (let i = 0; i < TRIES; i++) hash();
  return performance.now() - started;
};
timeOf(byFours);
const hash = timeOf(byFours) < timeOf(oneByOne) ? byFours : oneByOne;

await eachRound(async () => async () => {
  for (let i = 0; i < count; i++) hash();
});
