import { realpathSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isCoded, sha256, toHex } from '@isobit/core';
import { engineDigest, type KnownAnswer, type Runtime, selfTest } from '@isobit/exact';
import {
  createLanguageProcess,
  createProcessRuntime,
  installNatives,
  isInstalled,
  wasmPath,
} from '@isobit/exact/process';
import { installedNatives } from '@isobit/node/installed-natives';
import { formatMs } from '../output/bytes.ts';
import { type Finding, hint, ok, problem } from './check.ts';

const INSTALL = isInstalled ? 'npm install isobit, again' : 'npm ci, in the folder of Isobit';

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
  known?: KnownAnswer,
): Promise<Finding> {
  const started = performance.now();
  const cache = join(home, 'cache');
  try {
    await mkdir(cache, { recursive: true });
    await using runtime = start(cache);
    await selfTest(runtime, { signal, ...(known ? { known } : {}) });
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

/** What is installed on demand: native engines have a lock file of their own. */
export async function checkNatives(home: string, signal: AbortSignal): Promise<Finding[]> {
  return [
    checkNative('native engine', 'onnxruntime-node', '--fast', 'the profile fast'),
    checkNative('native texts', 'node-llama-cpp', '--fast', 'the profile fast'),
    await checkLlamaWasm(home, signal),
  ];
}

function checkNative(name: string, engine: string, offer: string, profile: string): Finding {
  return hasEngine(engine)
    ? ok(name, `${engine} is installed: isobit node ${offer} offers it`)
    : hint(name, `${engine} is not installed; only ${profile} needs it`, installNatives);
}

/** Looked for as its package would find it, and not loaded. */
function hasEngine(engine: string): boolean {
  try {
    const natives = findPackageJSON('@isobit/native', import.meta.url);
    return (
      natives !== undefined && findPackageJSON(engine, pathToFileURL(realpathSync(natives))) !== undefined
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/** The second exact engine of texts: where it is installed, it computes right. */
async function checkLlamaWasm(home: string, signal: AbortSignal): Promise<Finding> {
  const found = checkNative('llama.cpp', '@wllama/wllama', '--llama-wasm', 'the profile llama-wasm-1');
  if (found.status !== 'ok') return found;
  try {
    const { createLlamaWasm, llamaWasmKnownAnswer } = await installedNatives();
    const start = (dir: string) => createLlamaWasm({ readRoots: [dir] });
    const answer = await checkAnswer(found.name, home, signal, start, llamaWasmKnownAnswer);
    return answer.status === 'ok' ? ok(found.name, `${found.detail}; ${answer.detail}`) : answer;
  } catch (error) {
    if (!isCoded(error)) throw error;
    return hint(found.name, error.message, installNatives);
  }
}
