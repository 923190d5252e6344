import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Evidence } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import { claimOf, type TextCheck, type Trust, type Verdict, verify, verifyWith } from '../src/index.ts';
import { heldCases, refusedCases } from './cases.ts';
import { trust } from './scene.ts';
import { checkedTexts } from './text-cases.ts';

/** Writes specs/vectors/verdict. Run it after a change of specs/verdict.md: `node protocol/verify/test/make-vectors.ts`. */

/** What a program in another language must find: claim, status, and the method or the reason. */
export const claimsOf = (verdict: Verdict): string[] =>
  verdict.claims.map((c) => [c.claim, c.status, c.status === 'verified' ? c.method : c.reason].join(' '));

/** Text of each file by its path below specs/vectors. */
export async function makeVectors(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const groups = [
    ['valid', heldCases],
    ['invalid', refusedCases],
  ] as const;
  for (const [folder, cases] of groups) {
    for (const { name, description, evidence, trust: extra } of cases) {
      const given = trust(extra);
      const vector = {
        description,
        kind: 'verdict',
        evidence,
        trust: given,
        claims: claimsOf(verify(evidence, given)),
      };
      files.set(`verdict/${folder}/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
    }
  }
  for (const { name, description, evidence, found } of checkedTexts) {
    const given = trust();
    const verdict = await verdictOf(evidence, given, found);
    const { difference } = claimOf(verdict, 'execution');
    const vector = {
      description,
      kind: 'check',
      evidence,
      trust: given,
      found,
      claims: claimsOf(verdict),
      ...(difference ? { difference } : {}),
    };
    const folder = found.agrees ? 'valid' : 'invalid';
    files.set(`verdict/${folder}/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
  }
  return files;
}

/** The verdict of a reader whose replayer found this. */
export const verdictOf = (
  evidence: Evidence | Uint8Array,
  given: Trust,
  found: TextCheck,
): Promise<Verdict> =>
  verifyWith(evidence, given, {
    replayer: {
      run: () => Promise.reject(new Error('a text is checked, not generated again')),
      check: async () => found,
    },
  });

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = repositoryPath('specs/vectors');
  rmSync(join(root, 'verdict'), { recursive: true, force: true });
  for (const [path, content] of await makeVectors()) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
