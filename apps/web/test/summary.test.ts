import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openManifest } from '@isobit/model';
import type { Evidence } from '@isobit/receipt';
import { vectors } from '@isobit/testing';
import { summarize } from '../src/judging/summary.ts';

/** Evidence of a vector of verdicts. */
function evidenceOf(name: string): Evidence {
  const found = vectors<{ evidence: Evidence }>('verdict').valid.find((vector) => vector.name === name);
  assert.ok(found, `there is a vector ${name}`);
  return found.value.evidence;
}

const modelOf = (name: string) => {
  const evidence = evidenceOf(name);
  return summarize(evidence, openManifest(evidence.manifest).manifest).model;
};

test('a model has a size, and one of a server none', () => {
  assert.equal(modelOf('text')?.size, 3);
  assert.deepEqual([modelOf('text-upstream')?.title, modelOf('text-upstream')?.size], ['counts', undefined]);
});

test('what a server said is shown, and who said it', () => {
  const { text, receipt } = summarize(evidenceOf('text-upstream'), undefined);
  assert.deepEqual(text?.answers, [{ text: ' 4 5 6', tokens: 7 }]);
  assert.equal(receipt.engine, 'upstream ollama');
});
