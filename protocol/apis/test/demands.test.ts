import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { demandHeaders, profileAsked, readDemands } from '../src/index.ts';

const [one, two] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`];
const read = (headers: Record<string, string>) => readDemands(new Headers(headers));

test('each header becomes a demand, and none is none', () => {
  assert.deepEqual(read({}), {});
  assert.deepEqual(
    read({
      'Isobit-Profile': 'llm-exact-1',
      'Isobit-Worker': one,
      'Isobit-Exclude': `${one}, ${two}`,
      'Isobit-Max-Price': '9'.repeat(78),
      'Isobit-Check': 'replay',
    }),
    {
      profile: 'llm-exact-1',
      worker: one,
      exclude: [one, two],
      maxPrice: BigInt('9'.repeat(78)),
      check: 'replay',
    },
  );
});

for (const [name, values] of Object.entries({
  [demandHeaders.profile]: ['', 'two words', 'x'.repeat(81)],
  [demandHeaders.worker]: ['', '0x12', one.toUpperCase(), `${one},${two}`],
  [demandHeaders.exclude]: ['', ',', `${one},`, 'none', Array(65).fill(one).join(',')],
  [demandHeaders.maxPrice]: ['', '-1', '1.5', '01', '1e3', 'free', '9'.repeat(79)],
  [demandHeaders.check]: ['', 'none', 'Replay', 'toString'],
})) {
  test(`a value that ${name} does not take is refused by the header's name`, () => {
    for (const value of values)
      assert.throws(
        () => read({ [name]: value }),
        (error) =>
          isCoded(error, 'API_VALUE') && error.details['param'] === name && error.message.includes(name),
        value,
      );
  });
}

test('whatever stands in a header is read or refused with a code', async () => {
  const names = fc.constantFrom(...Object.values(demandHeaders));
  await forAll([fc.dictionary(names, fc.string({ maxLength: 200 }))], (headers) => {
    try {
      const { exclude = [] } = readDemands({ get: (name) => headers[name] ?? null });
      assert.ok(exclude.length <= 64);
    } catch (error) {
      assert.ok(isCoded(error, 'API_VALUE'));
    }
  });
});

test('body and head may name one profile, and no two', () => {
  assert.equal(profileAsked({}, {}), undefined);
  assert.equal(profileAsked({ profile: 'a' }, {}), 'a');
  assert.equal(profileAsked({}, { profile: 'b' }), 'b');
  assert.equal(profileAsked({ profile: 'a' }, { profile: 'a' }), 'a');
  assert.throws(() => profileAsked({ profile: 'a' }, { profile: 'b' }), {
    code: 'API_VALUE',
    message: /"a".*"b"/,
  });
});
