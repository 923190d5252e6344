import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedModel } from '@isobit/exact';
import { waitFor } from '@isobit/testing';
import { createLoadedModels } from '../src/index.ts';

/** Loads that a test ends when it wants; what is disposed is told. */
function fakes() {
  const loads: { key: string; signal: AbortSignal; end: PromiseWithResolvers<LoadedModel> }[] = [];
  const disposed: string[] = [];
  const load = (key: string) => (signal: AbortSignal) => {
    const end = Promise.withResolvers<LoadedModel>();
    loads.push({ key, signal, end });
    return end.promise;
  };
  const model = (key: string): LoadedModel => ({
    execute: () => Promise.reject(new Error('nothing is run here')),
    async [Symbol.asyncDispose]() {
      disposed.push(key);
    },
  });
  const ready = (key: string) => async () => model(key);
  return { loads, disposed, load, model, ready };
}

test('those who ask for one model at once share its load', async () => {
  const { loads, load, model } = fakes();
  await using models = createLoadedModels({ max: 1 });
  const both = Promise.all([models.borrow('a', load('a')), models.borrow('a', load('a'))]);
  assert.equal(loads.length, 1);
  loads[0]?.end.resolve(model('a'));
  const [one, other] = await both;
  assert.equal(one.model, other.model);
  assert.equal((await models.borrow('a', load('a'))).model, one.model);
  assert.equal(loads.length, 1);
});

test('the least recently used goes first, and never one that is lent', async () => {
  const { disposed, ready } = fakes();
  await using models = createLoadedModels({ max: 2 });
  const a = await models.borrow('a', ready('a'));
  (await models.borrow('b', ready('b')))[Symbol.dispose]();
  (await models.borrow('c', ready('c')))[Symbol.dispose]();
  await waitFor(() => disposed.includes('b'), { what: 'b to be let go' });
  assert.deepEqual(models.keys(), ['a', 'c']);
  a[Symbol.dispose]();
  a[Symbol.dispose]();
  (await models.borrow('a', ready('a')))[Symbol.dispose]();
  (await models.borrow('d', ready('d')))[Symbol.dispose]();
  await waitFor(() => disposed.includes('c'), { what: 'c to be let go' });
  assert.deepEqual(models.keys(), ['a', 'd']);
});

test('a load that fails is tried again by the next', async () => {
  const { ready } = fakes();
  await using models = createLoadedModels({ max: 1 });
  await assert.rejects(
    models.borrow('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.ok(await models.borrow('a', ready('a')));
});

test('one who leaves does not end the load of another; the last who leaves does', async () => {
  const { loads, load, model, disposed } = fakes();
  await using models = createLoadedModels({ max: 1 });
  const stops = [new AbortController(), new AbortController()];
  const asked = stops.map(({ signal }) => models.borrow('a', load('a'), signal));
  stops[0]?.abort(new Error('gone'));
  await assert.rejects(asked[0] as Promise<unknown>, /gone/);
  assert.equal(loads[0]?.signal.aborted, false);
  stops[1]?.abort(new Error('gone too'));
  await assert.rejects(asked[1] as Promise<unknown>, /gone too/);
  assert.equal(loads[0]?.signal.aborted, true);
  loads[0]?.end.resolve(model('a'));
  await waitFor(() => disposed.length === 1, { what: 'a load that came too late to be let go' });
  assert.deepEqual(models.keys(), []);
});

test('a dropped model that is lent goes when it is given back', async () => {
  const { disposed, ready } = fakes();
  await using models = createLoadedModels({ max: 4 });
  const lease = await models.borrow('a', ready('a'));
  await models.drop('a');
  assert.deepEqual([models.keys(), disposed], [[], []]);
  lease[Symbol.dispose]();
  await waitFor(() => disposed.length === 1, { what: 'it to be let go' });
  await models.drop('unknown');
});
