import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryPath } from '@isobit/testing';
import { anthropic } from './vectors/anthropic.ts';
import { calls } from './vectors/calls.ts';
import { chatAnswers } from './vectors/chat-answers.ts';
import { chatRequests } from './vectors/chat-requests.ts';
import { completions } from './vectors/completions.ts';
import { ollama } from './vectors/ollama.ts';
import { operations } from './vectors/operations.ts';
import { responses } from './vectors/responses.ts';
import { signature } from './vectors/signature.ts';
import { upstream } from './vectors/upstream.ts';
import type { Term, Vector } from './vectors/vector.ts';

/** Writes specs/vectors of the terms below: `node protocol/apis/test/make-vectors.ts`, after a change of their specs. */

const joined = (...terms: readonly Term[]): Term => ({
  valid: Object.assign({}, ...terms.map(({ valid }) => valid)),
  invalid: Object.assign({}, ...terms.map(({ invalid }) => invalid)),
});

export const terms: Readonly<Record<string, Term>> = {
  apis: calls,
  anthropic,
  ollama,
  openai: joined(chatRequests, chatAnswers, completions),
  responses,
  signature,
  upstream,
};

const text = (vector: Vector) => `${JSON.stringify(vector, null, 2)}\n`;

/** Text of each file by its path below specs/vectors. */
export function makeVectors(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [term, { valid, invalid }] of Object.entries(terms)) {
    for (const [name, vector] of Object.entries(valid))
      files.set(
        `${term}/valid/${name}.json`,
        text({ ...vector, expected: operations[vector.kind]?.(vector) ?? {} }),
      );
    for (const [name, vector] of Object.entries(invalid))
      files.set(`${term}/invalid/${name}.json`, text(vector));
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = repositoryPath('specs/vectors');
  for (const term of Object.keys(terms)) rmSync(join(root, term), { recursive: true, force: true });
  for (const [path, content] of makeVectors()) {
    const file = join(root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
}
