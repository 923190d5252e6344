import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { modelId } from '@isobit/model';
import { SharedPool } from '../../src/process/shared-pool.ts';
import { languageSource, textModelFile, textRequest } from '../llm/text-model.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

test('a model that is asked for again while it is let go of stays', async () => {
  const pool = new SharedPool({
    entry: {
      path: `${fixtures}/slow-to-leave.ts`,
      engine: { name: 'slow', version: '1' },
      codeRoots: [fixtures],
      addons: false,
    },
    readRoots: [],
    memoryMiB: 64,
    stallMs: 30_000,
    maxLoaded: 4,
    idleTimeoutMs: 60_000,
    maxQueued: 8,
    maxRunning: 4,
  });
  const source = languageSource(textModelFile());
  const model = { key: modelId(source.manifest), source };
  try {
    await pool.submit({ what: 'loading the model', model });
    pool.forget(model.key);
    const request = textRequest(source);
    const call = { op: 'execute' as const, key: model.key, request, trace: false, pieces: false };
    const answered = await pool.submit({ what: 'the run', model, call });
    assert.ok(answered && 'execution' in answered.reply);
  } finally {
    await pool.dispose();
  }
});
