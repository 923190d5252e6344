import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { formatTranscript, parseTranscript, type Step } from './transcript/parse.ts';
import { openSession } from './transcript/session.ts';

const folder = join(import.meta.dirname, 'transcripts');

/** Writes what the commands gave into the transcripts, to be read before it is committed. */
const writes = process.env['ISOBIT_WRITE'] === '1';

for (const name of readdirSync(folder).sort()) {
  test(`transcript ${name}`, async (t) => {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    await using session = await openSession(tempDir(t));
    const played: Step[] = [];
    for (const { before, command } of parseTranscript(text)) {
      played.push({ before, command, result: await session.run(command) });
    }
    if (writes) writeFileSync(path, formatTranscript(played));
    else assert.equal(formatTranscript(played), text);
  });
}
