import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createTokenEngine, openGguf, type RangeSource } from '@isobit/exact/llm';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { serveContestant } from './contestant.ts';
import { engineContestant } from './engine-contestant.ts';

/** A file by ranges, so that it is never whole in memory. */
async function fileRanges(path: string): Promise<RangeSource> {
  const file = await open(path);
  const { size } = await file.stat();
  return {
    size,
    async read(start, length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) at += (await file.read(bytes, at, length - at, start + at)).bytesRead;
      return bytes;
    },
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
