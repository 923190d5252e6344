import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import { compileGrammar } from '../../../src/llm/grammar/compile.ts';
import { makeGrammarVectors } from './make-vectors.ts';
import { read, type Stated } from './vectors.ts';

describe('specs/vectors/grammar', () => {
  for (const [path, text] of makeGrammarVectors()) {
    test(path, () => {
      assert.equal(readFileSync(repositoryPath(`specs/vectors/${path}`), 'utf8'), text);
      const vector = JSON.parse(text) as { grammar: Stated; error?: string };
      if (vector.error)
        assert.throws(
          () => compileGrammar(read(vector.grammar)),
          (error) => isCoded(error, vector.error as string),
        );
    });
  }
});
