import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { languageEngine, languageEngines } from '../../src/index.ts';
import { openEngine } from '../../src/process/language-replies.ts';

test('a process names one of its builds, and nothing else gets into a receipt', () => {
  for (const engine of languageEngines)
    assert.equal(openEngine(languageEngines, structuredClone(engine)), engine);
  const lies = [
    undefined,
    null,
    'isobit-kernels',
    { ...languageEngine(), digest: '0'.repeat(64) },
    { ...languageEngine(), name: 'another' },
    { name: 'isobit-kernels', version: '0.1.0' },
  ];
  for (const lie of lies)
    assert.throws(
      () => openEngine(languageEngines, lie),
      (error) => isCoded(error, 'ENGINE_CRASHED'),
    );
});
