import { openAsBlob, readFileSync } from 'node:fs';
import { createTokenEngine, openGguf, type RangeSource } from '@isobit/exact/llm';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { serveContestant } from './contestant.ts';
import { engineContestant } from './engine-contestant.ts';

/** A file by ranges, so that it is never whole in memory. */
async function fileRanges(path: string): Promise<RangeSource> {
  const blob = await openAsBlob(path);
  return {
    size: blob.size,
    read: async (start, length) => new Uint8Array(await blob.slice(start, start + length).arrayBuffer()),
  };
}

serveContestant(
  engineContestant(async (path, { threads }) =>
    createTokenEngine({
      model: await openGguf(await fileRanges(path)),
      kernels: (build) => readFileSync(wasmPath(build)),
      threads,
    }),
  ),
);
