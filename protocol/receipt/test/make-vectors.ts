import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryPath } from '@isobit/testing';
import { canonical } from './vectors/canonical.ts';
import { evidence } from './vectors/evidence.ts';
import { profile, request, response } from './vectors/exchange.ts';
import { job } from './vectors/job.ts';
import { manifest, name } from './vectors/model.ts';
import { offer } from './vectors/offer.ts';
import { operations } from './vectors/operations.ts';
import { receipt } from './vectors/receipt.ts';
import { textRequests } from './vectors/text-request.ts';
import { textResponses } from './vectors/text-response.ts';
import type { Term, Vector } from './vectors/vector.ts';

/** Writes specs/vectors of the terms below. Run it after a change of their specs: `node protocol/receipt/test/make-vectors.ts`. */

export const terms: Readonly<Record<string, Term>> = {
  canonical,
  manifest,
  name,
  request: joined(request, textRequests),
  response: joined(response, textResponses),
  profile,
  receipt,
  evidence,
  job,
  offer,
};

/** The vectors of two terms that share a page. A name that both have would lose one. */
function joined(a: Term, b: Term): Term {
  const both = (x: Term['valid'], y: Term['valid']) => {
    const twice = Object.keys(x).find((name) => name in y);
    if (twice !== undefined) throw new Error(`two vectors are named ${twice}: rename one`);
    return { ...x, ...y };
  };
  return { valid: both(a.valid, b.valid), invalid: both(a.invalid, b.invalid) };
}

const text = (vector: Vector) => `${JSON.stringify(vector, null, 2)}\n`;

/** Text of each file by its path below specs/vectors. */
export function makeVectors(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [term, { valid, invalid }] of Object.entries(terms)) {
    for (const [name, vector] of Object.entries(valid)) {
      const expected = operations[vector.kind]?.(vector);
      files.set(`${term}/valid/${name}.json`, text({ ...vector, ...(expected ? { expected } : {}) }));
    }
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
