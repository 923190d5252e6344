import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownProfiles } from '@isobit/receipt';
import { runHint } from '../src/view/run-offer.ts';

test('each exact profile that is known is offered by its name, and no other', () => {
  for (const { name, exact } of knownProfiles) assert.equal(runHint(name) !== undefined, exact, name);
  assert.equal(runHint('constructor'), undefined);
});

test('what will be fetched is said of the model too, not of its engine alone', () => {
  assert.equal(
    runHint('llm-exact-1', 4_370_000_000),
    'Fetches the model (4.4 GB) and its engine (0.1 MB) by digest and draws every token again.',
  );
  assert.match(runHint('onnx-exact-1') ?? '', /^Fetches the model and its engine \(14 MB\)/);
});
