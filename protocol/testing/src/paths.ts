import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Absolute path of something in the repository, such as `specs/vectors`. */
export function repositoryPath(path = ''): string {
  return resolve(ROOT, path);
}

/** Absolute path below `../shared`, such as `models/mnist/mnist-8.onnx`; the test states `need('shared')`. */
export function sharedPath(path = ''): string {
  return resolve(ROOT, '../shared', path);
}

/** The browser that page tests drive: `ISOBIT_CHROMIUM`, else an installed one, else undefined. */
export function chromiumPath(): string | undefined {
  const chosen = process.env['ISOBIT_CHROMIUM'];
  return (chosen ? [chosen] : BROWSERS).find((path) => existsSync(path));
}
