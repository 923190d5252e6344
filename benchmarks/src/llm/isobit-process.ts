import { readFileSync } from 'node:fs';
import { createTokenEngine, openGguf } from '@isobit/exact/llm';
import { openFileRanges } from '@isobit/exact/process';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { serveContestant } from './contestant-process.ts';
import { engineContestant } from './engine-contestant.ts';

serveContestant(
  engineContestant(async (path, { threads }) => {
    await using file = await openFileRanges(path);
    return await createTokenEngine({
      model: await openGguf(file),
      kernels: (build) => readFileSync(wasmPath(build)),
      threads,
    });
  }),
);
