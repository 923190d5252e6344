import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { utf8 } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import { claimOf, type Difference, type TextCheck, type Trust, verify } from '../src/index.ts';
import { claimsOf, makeVectors, verdictOf } from './make-vectors.ts';

const root = repositoryPath('specs/vectors');
const committed = ['valid', 'invalid'].flatMap((folder) =>
  readdirSync(`${root}/verdict/${folder}`).map((file) => `verdict/${folder}/${file}`),
);

test('the committed vectors are those that the generator makes', async () => {
  const made = await makeVectors();
  assert.deepEqual(committed.sort(), [...made.keys()].sort());
  for (const [path, text] of made) assert.equal(readFileSync(`${root}/${path}`, 'utf8'), text, path);
});

for (const path of committed) {
  test(path, async () => {
    const { evidence, trust, found, claims, difference } = JSON.parse(
      readFileSync(`${root}/${path}`, 'utf8'),
    ) as {
      evidence: unknown;
      trust: Trust;
      found?: TextCheck;
      claims: string[];
      difference?: Difference;
    };
    const bytes = utf8(JSON.stringify(evidence));
    const verdict = found ? await verdictOf(bytes, trust, found) : verify(bytes, trust);
    assert.deepEqual(claimsOf(verdict), claims);
    assert.deepEqual(claimOf(verdict, 'execution').difference, difference);
    assert.equal(
      claims.some((c) => c.includes(' refuted ')),
      path.includes('/invalid/'),
    );
  });
}
