// npm tarballs of packages and of all that they need of the workspace: node scripts/launch.mjs scripts/pack.ts NAME... [--out DIR]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closureOf } from './pack/closure.ts';
import { emitPackages } from './pack/emit.ts';

const root = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'dist' } },
});
const names = positionals.length > 0 ? positionals : ['@isobit/client'];
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
const staging = mkdtempSync(join(root, 'node_modules/.cache/pack-'));
try {
  const packages = closureOf(root, names);
  await emitPackages(root, staging, packages);
  const folders = packages.map(({ folder }) => join(staging, folder));
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', out, ...folders],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  for (const file of stdout.trim().split('\n'))
    console.log(`${String(Math.ceil(statSync(join(out, file)).size / 1000)).padStart(6)} kB  ${file}`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
