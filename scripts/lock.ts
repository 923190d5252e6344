// After a change of any package.json: npm run lock. It leaves node_modules alone; npm ci follows it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { completeLock } from './lock/complete.ts';

const root = resolve(import.meta.dirname, '..');
const FOLDERS = ['.', 'engines/native', 'engines/kernels/compiler', 'benchmarks', 'compatibility'];

function npm(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('npm', [...args, '--ignore-scripts', '--loglevel=error'], {
    cwd: join(root, folder),
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}:\n${stderr}`);
}

function lock(folder: string): void {
  const path = join(root, folder, 'package-lock.json');
  npm(folder, 'install', '--package-lock-only');
  const before = JSON.parse(readFileSync(path, 'utf8'));
  const after = completeLock(before);
  writeFileSync(path, `${JSON.stringify(after, null, 2)}\n`);
  npm(folder, 'ci', '--dry-run');
  const added = Object.keys(after.packages).length - Object.keys(before.packages).length;
  console.log(
    `${join(folder, 'package-lock.json')}: ${Object.keys(after.packages).length} entries, ${added} added`,
  );
}

try {
  const chosen = process.argv.slice(2);
  for (const folder of chosen.length > 0 ? chosen : FOLDERS) lock(folder);
} catch (error) {
  console.error(`lock: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
