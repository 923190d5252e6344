import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { utf8 } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import { type Trust, verify } from '../src/index.ts';
import { claimsOf, makeVectors } from './make-vectors.ts';

const root = repositoryPath('specs/vectors');
const committed = ['valid', 'invalid'].flatMap((folder) =>
  readdirSync(`${root}/verdict/${folder}`).map((file) => `verdict/${folder}/${file}`),
);

test('the committed vectors are those that the generator makes', () => {
  const made = makeVectors();
  assert.deepEqual(committed.sort(), [...made.keys()].sort());
  for (const [path, text] of made) assert.equal(readFileSync(`${root}/${path}`, 'utf8'), text, path);
});

for (const path of committed) {
  test(path, () => {
    const { evidence, trust, claims } = JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as {
      evidence: unknown;
      trust: Trust;
      claims: string[];
    };
    assert.deepEqual(claimsOf(verify(utf8(JSON.stringify(evidence)), trust)), claims);
    assert.equal(
      claims.some((c) => c.includes(' refuted ')),
      path.includes('/invalid/'),
    );
  });
}
