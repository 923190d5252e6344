import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { fast, llamaWasm, llmExact, networkId, onnxExact, openGenesis, profileDigest } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import type { Vector } from './vectors/vector.ts';

const spec = (name: string) => readFileSync(repositoryPath(`specs/${name}.md`), 'utf8');
const EXAMPLE = /^\[[^\]]+\]\((vectors\/[a-z0-9/-]+\.json)\):\n\n((?: {4}.*\n)+)/gm;

/** Pages and the limits that they state. */
const stated: Readonly<Record<string, readonly (keyof typeof limits)[]>> = {
  canonical: [
    'documentBytes',
    'exchangeBytes',
    'evidenceBytes',
    'documentDepth',
    'documentValues',
    'nameBytes',
  ],
  manifest: ['documentBytes', 'manifestFiles', 'manifestPathBytes', 'tensors', 'tensorRank'],
  name: ['documentBytes'],
  request: [
    'exchangeBytes',
    'tensors',
    'tensorRank',
    'documentValues',
    'chatMessages',
    'chatTools',
    'tokenList',
    'answerTokens',
    'textChoices',
    'textAlternatives',
    'textStops',
    'textStopBytes',
    'textBiases',
    'grammarBytes',
    'embeddingTexts',
  ],
  response: ['exchangeBytes', 'tensors', 'textChoices', 'tokenList', 'textStopBytes', 'textTokenBytes'],
  trace: ['exchangeBytes', 'traceLeaves', 'traceTokens'],
  profile: ['documentBytes'],
  receipt: ['documentBytes', 'batchReceipts'],
  evidence: ['evidenceBytes', 'fragmentBytes', 'noteBytes'],
};

for (const [name, numbers] of Object.entries(stated)) {
  test(`specs/${name}.md states the limits that the code has`, () => {
    const text = spec(name);
    for (const limit of numbers) {
      assert.match(
        text,
        new RegExp(`(?<![\\d,])${limits[limit].toLocaleString('en-US')}(?![\\d,]\\d)`),
        limit,
      );
    }
  });
}

test('the examples of the specs are those of their vectors', () => {
  let examples = 0;
  for (const name of Object.keys(stated)) {
    for (const [, path = '', block = ''] of spec(name).matchAll(EXAMPLE)) {
      const vector = JSON.parse(readFileSync(repositoryPath(`specs/${path}`), 'utf8')) as Vector;
      const facts = { ...vector, ...vector.expected };
      for (const line of block
        .trimEnd()
        .split('\n')
        .map((indented) => indented.slice(4))) {
        const [, member = '', value = ''] = /^([a-zA-Z]+) (.*)$/.exec(line) ?? [];
        if (member) assert.equal(facts[member], value, `${name}: ${member}`);
        else assert.equal(line, vector.text, name);
      }
      examples++;
    }
  }
  assert.equal(examples, 9);
});

test('the digests that stand in the specs are those of the code', () => {
  for (const profile of [onnxExact, llmExact, llamaWasm, fast])
    assert.ok(spec('profile').includes(`\`${profileDigest(profile)}\``), profile.name);
  assert.ok(spec('receipt').includes(`digest ${networkId(openGenesis)}`));
});
