import { PROBES } from './probes.ts';

/** What a test may need beyond Node and the repository. */
export type Need = keyof typeof PROBES;

const known = new Map<Need, string | undefined>();

/**
 * Options for node:test that skip the test where the machine lacks something:
 * `test('draws a page', need('chromium'), async () => { ... })`.
 *
 * Throws when `ISOBIT_REQUIRE` (a list such as `shared,chromium`) names what is absent, so that the
 * file fails as it loads, under any runner, instead of passing with nothing tested.
 */
export function need(...needs: readonly Need[]): { readonly skip: string | false } {
  const required = requiredNeeds();
  const absent = needs
    .map((each) => ({ each, reason: probe(each) }))
    .filter(({ reason }) => reason !== undefined);
  const failing = absent.filter(({ each }) => required.has(each));
  if (failing.length > 0) {
    const lines = failing.map(({ each, reason }) => `"${each}" is required by ISOBIT_REQUIRE, but ${reason}`);
    throw new Error(lines.join('\n'));
  }
  return {
    skip: absent.length > 0 && absent.map(({ each, reason }) => `needs ${each}: ${reason}`).join('; '),
  };
}

function requiredNeeds(): Set<string> {
  const names = (process.env['ISOBIT_REQUIRE'] ?? '').split(',').map((name) => name.trim());
  const required = new Set(names.filter(Boolean));
  for (const name of required) {
    if (Object.hasOwn(PROBES, name)) continue;
    throw new Error(
      `ISOBIT_REQUIRE names "${name}", which is no need: use ${Object.keys(PROBES).join(', ')}`,
    );
  }
  return required;
}

function probe(each: Need): string | undefined {
  if (!known.has(each)) known.set(each, PROBES[each]());
  return known.get(each);
}
