import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `npm test [-- [OPTIONS] [PATH...]]   types, lint, floors, and every test file whose path contains a PATH

  --only-tests    leave out types, lint and floors
  --only-checks   only types, lint and floors
  --long          only *.long.test.ts, with ISOBIT_LONG=1
  --root DIR      another workspace (for the runner's own tests)
  --help          this text

ISOBIT_REQUIRE=shared,chromium,native,...  what is named here fails where it would be skipped`;

export interface RunnerOptions {
  readonly root: string;
  readonly checks: boolean;
  readonly tests: boolean;
  readonly long: boolean;
  readonly help: boolean;
  /** A file runs when its path contains any of these; all run when there is none. */
  readonly filters: readonly string[];
}

export function parseOptions(args: readonly string[]): RunnerOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'only-tests': { type: 'boolean', default: false },
      'only-checks': { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      root: { type: 'string', default: resolve(import.meta.dirname, '../..') },
    },
  });
  const { long, help } = values;
  return {
    root: resolve(values.root),
    checks: !values['only-tests'] && !long,
    tests: !values['only-checks'],
    long,
    help,
    filters: positionals,
  };
}
