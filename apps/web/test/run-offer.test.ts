import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownProfiles } from '@isobit/receipt';
import { hints } from '../src/view/run-offer.ts';

test('each exact profile that is known is offered by its name', () => {
  const exact = knownProfiles.filter((profile) => profile.exact).map(({ name }) => name);
  assert.deepEqual(Object.keys(hints), exact);
});
