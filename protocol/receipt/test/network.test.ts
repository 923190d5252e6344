import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { genesisKind, networkId, openGenesis } from '@isobit/receipt';

test('the open network keeps its id', () => {
  assert.equal(networkId(openGenesis), '88db49c67de4f6cd8a1aceacf969a6ceb040b89e3e978b2b5fa56dc305a4fabc');
});

test('another name or fact is another network', () => {
  const ids = [
    openGenesis,
    { ...openGenesis, name: 'x' },
    { ...openGenesis, facts: {} },
    { ...openGenesis, facts: { version: '2' } },
  ].map(networkId);
  assert.equal(new Set(ids).size, 4);
});

test('facts are texts of any name', () => {
  const facts = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
  const read = genesisKind.decode(genesisKind.encode({ ...openGenesis, facts }));
  assert.deepEqual(Object.entries(read.facts), Object.entries(facts));
  for (const wrong of [['a'], { a: 1 }, null, 'a']) {
    assert.throws(
      () => genesisKind.parse({ ...openGenesis, facts: wrong }),
      (error) => isCoded(error, 'DOCUMENT_INVALID'),
    );
  }
});
