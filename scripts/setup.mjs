// Installs a folder that has its own lock file. Plain JavaScript for Node 18.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDERS = ['engines/native', 'engines/kernels/compiler', 'benchmarks', 'compatibility'];
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2];

if (!FOLDERS.includes(folder)) {
  console.error(`setup: "${folder ?? ''}" has no lock file of its own: give one of ${FOLDERS.join(', ')}.`);
  process.exit(2);
}
if (!existsSync(resolve(root, 'node_modules'))) {
  console.error('setup: the workspace itself is not installed: run "npm ci" first.');
  process.exit(2);
}
const started = Date.now();
const { status, error } = spawnSync('npm', ['ci'], { cwd: resolve(root, folder), stdio: 'inherit' });
if (status !== 0) {
  console.error(
    `setup: npm ci failed in ${folder}${error ? ` (${error.message})` : ''}: see the lines above.`,
  );
  process.exit(1);
}
link();
console.log(`setup: ${folder} is ready (${((Date.now() - started) / 1000).toFixed(1)} s)`);

/** Makes the folder known by its package's name, as npm does for workspaces. */
function link() {
  const { name } = JSON.parse(readFileSync(resolve(root, folder, 'package.json'), 'utf8'));
  const path = resolve(root, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(relative(dirname(path), resolve(root, folder)), path);
}
