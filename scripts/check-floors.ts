import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readImports } from './floors/imports.ts';
import { readPackages } from './floors/packages.ts';
import { findViolations } from './floors/rules.ts';
import { readTable } from './floors/table.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));

try {
  const rows = readTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const packages = readPackages(root);
  const files = packages.flatMap((each) => each.files);
  const violations = findViolations({ rows, packages, imports: readImports(root, files) });
  for (const { rule, where, message } of violations) console.error(`${where}: ${message} [${rule}]`);
  if (violations.length > 0) process.exitCode = 1;
  else console.log(`${packages.length} packages, ${files.length} files: every import is granted`);
} catch (error) {
  console.error(`check-floors: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
