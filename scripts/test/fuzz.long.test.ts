import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { findFuzzFiles, loadTargets } from '../fuzz/find-targets.ts';
import { seedFor } from '../fuzz/random.ts';
import { runWatched } from '../fuzz/run-watched.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MILLISECONDS = 20_000;
/** New inputs each day; the seed stands in the message of a failure. */
const seed = Math.floor(Date.now() / 86_400_000);

for (const file of findFuzzFiles(ROOT)) {
  test(`${file}: ${MILLISECONDS / 1_000} s for each target find nothing`, async () => {
    for (const name of Object.keys(await loadTargets(ROOT, file))) {
      const own = seedFor(seed, `${file} ${name}`);
      const { finding } = await runWatched({
        root: ROOT,
        file,
        name,
        seed: own,
        count: Number.MAX_SAFE_INTEGER,
        milliseconds: MILLISECONDS,
      });
      const input = Buffer.from(finding?.input ?? []).toString('hex');
      assert.equal(finding, undefined, `${name} (seed ${seed}): ${finding?.text}\ninput ${input}`);
    }
  });
}
