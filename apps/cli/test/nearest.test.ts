import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../src/nearest.ts';

const names = ['push', 'pull', 'list', 'verify', 'run', 'rm'];

test('a slip of the fingers is understood', () => {
  assert.equal(nearest('psuh', names), 'push');
  assert.equal(nearest('verfy', names), 'verify');
  assert.equal(nearest('lst', names), 'list');
});

test('another word is not', () => {
  assert.equal(nearest('frobnicate', names), undefined);
  assert.equal(nearest('x', names), undefined);
});

test('an endless word costs nothing', () => {
  assert.equal(nearest('a'.repeat(1_000_000), names), undefined);
});
