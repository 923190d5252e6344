import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { exactError } from '@isobit/exact';
import { installNatives } from '@isobit/exact/process';
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';

/** What node-llama-cpp's own loader gives to the class that it keeps to itself. */
interface LlamaClass {
  _create(options: Record<string, unknown>): Promise<Llama>;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'arm64', arm: 'armv7l' };

/**
 * llama.cpp on the processor, from the binaries that npm installed.
 *
 * On Linux the package's own way looks through the system's folders for a C library, and forks a process that loads the
 * binary before this one does. An engine process may do neither, and is itself the process that may end; so there
 * the binary is loaded as that way does after its tests.
 *
 * @throws CodedError `ENGINE_UNAVAILABLE`
 */
export async function openLlama(): Promise<Llama> {
  try {
    return process.platform === 'linux'
      ? await loadBinary(`linux-${ARCHITECTURES[process.arch]}`)
      : await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  } catch (error) {
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `llama.cpp does not start: ${String(error)}; again: ${installNatives}`,
      {},
      error,
    );
  }
}

/** The binary's module, made anew: each llama.cpp has a state of its own, and is disposed of alone. */
function freshModule(require: NodeJS.Require, path: string): unknown {
  delete require.cache[path];
  try {
    return require(path);
  } finally {
    delete require.cache[path];
  }
}

async function loadBinary(platform: string): Promise<Llama> {
  const main = import.meta.resolve('node-llama-cpp');
  const { Llama } = (await import(new URL('bindings/Llama.js', main).href)) as { Llama: LlamaClass };
  const require = createRequire(main);
  const folder = join(require.resolve(`@node-llama-cpp/${platform}`), '../../bins', platform);
  const bindingPath = join(folder, 'llama-addon.node');
  return Llama._create({
    bindings: freshModule(require, bindingPath),
    bindingPath,
    buildType: 'prebuilt',
    buildMetadata: JSON.parse(await readFile(join(folder, '_nlcBuildMetadata.json'), 'utf8')),
    logLevel: LlamaLogLevel.error,
    vramPadding: 0,
    ramPadding: 0,
    tempDir: false,
    debug: false,
    numa: false,
  });
}
