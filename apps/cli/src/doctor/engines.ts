import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCoded, sha256, toHex } from '@isobit/core';
import { engineDigest, type Runtime, selfTest } from '@isobit/exact';
import { createLanguageProcess, createProcessRuntime, wasmPath } from '@isobit/exact/process';
import { formatMs } from '../output/bytes.ts';
import { type Finding, hint, ok, problem } from './check.ts';

const INSTALL = 'npm ci, in the folder of Isobit';

/** The exact engine: its bytes are the profile's, and it computes right on this machine. */
export async function checkEngine(home: string, signal: AbortSignal): Promise<Finding[]> {
  let digest: string;
  try {
    digest = toHex(sha256(await readFile(wasmPath())));
  } catch (error) {
    return [problem('exact engine', `not installed: ${(error as Error).message}`, INSTALL)];
  }
  if (digest !== engineDigest)
    return [
      problem('exact engine', `has sha-256 ${digest}, where the profile names ${engineDigest}`, INSTALL),
    ];
  return [
    ok('exact engine', `sha-256 ${digest.slice(0, 16)}…, as the profile names it`),
    await checkAnswer('known answer', home, signal, (dir) =>
      createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [dir] }),
    ),
    await checkAnswer('known text', home, signal, (dir) => createLanguageProcess({ readRoots: [dir] })),
  ];
}

async function checkAnswer(
  name: string,
  home: string,
  signal: AbortSignal,
  start: (dir: string) => Runtime,
): Promise<Finding> {
  const started = performance.now();
  const cache = join(home, 'cache');
  try {
    await mkdir(cache, { recursive: true });
    await using runtime = start(cache);
    await selfTest(runtime, { signal });
    return ok(name, `right to the last bit, in ${formatMs(performance.now() - started)}`);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return problem(
      name,
      why,
      isCoded(error, 'ENGINE_SELF_TEST')
        ? 'this machine must not sign exact answers: report its processor and system'
        : INSTALL,
    );
  }
}

/** Native engines are optional: they have their own lock file. */
export function checkNative(): Finding {
  const folder = fileURLToPath(
    new URL('../../../../engines/native/node_modules/onnxruntime-node', import.meta.url),
  );
  return existsSync(folder)
    ? ok('native engine', 'installed: isobit node --fast offers it')
    : hint('native engine', 'not installed; only the profile fast needs it', 'npm run setup:native');
}
