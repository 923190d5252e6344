import { sha256, toHex } from '@isobit/core';
import { type Build, buildFacts } from './build.ts';
import { digests } from './digests.ts';
import { kernelsError } from './errors.ts';
import { bindFunctions } from './functions.ts';
import { type MatmulFunctions, matmulShapes } from './matmul.ts';
import { type OpsFunctions, opsShapes } from './ops.ts';

export type Kernels = MatmulFunctions & OpsFunctions;

/**
 * Compiles a build's binary; threads share the result.
 *
 * @throws CodedError `KERNELS_DIGEST` when the bytes are not this version's, `KERNELS_UNAVAILABLE`
 */
export async function compileKernels(build: Build, bytes: Uint8Array): Promise<WebAssembly.Module> {
  const digest = toHex(sha256(bytes));
  if (digest !== digests[build]) {
    throw kernelsError(
      'KERNELS_DIGEST',
      `the binary of the kernels has sha-256 ${digest}, the build "${build}" is ${digests[build]}: install this version's`,
      { build, digest },
    );
  }
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw kernelsError(
      'KERNELS_UNAVAILABLE',
      `this host does not compile the build "${build}" of the kernels: ${String(error)}`,
      { build },
      error,
    );
  }
}

/** A memory of the kind that the build imports. Sizes are in pages of 64 KiB. */
export function createMemory(build: Build, initial: number, maximum?: number): WebAssembly.Memory {
  const { shared, memory64, maximumPages } = buildFacts[build];
  const size = (pages: number): number => (memory64 ? BigInt(pages) : pages) as number;
  const most = maximum ?? (shared ? maximumPages : undefined);
  return new WebAssembly.Memory({
    initial: size(initial),
    ...(most === undefined ? {} : { maximum: size(most) }),
    ...(shared ? { shared } : {}),
    ...(memory64 ? { address: 'i64' } : {}),
  } as WebAssembly.MemoryDescriptor);
}

/**
 * The kernels over a memory: one set for each thread.
 *
 * @throws CodedError `KERNELS_UNAVAILABLE` when the memory is of another kind than the build's
 */
export function createKernels(options: {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}): Kernels {
  const { build, module, memory } = options;
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return bindFunctions<Kernels>(exports, { ...matmulShapes, ...opsShapes }, buildFacts[build].memory64);
  } catch (error) {
    throw kernelsError(
      'KERNELS_UNAVAILABLE',
      `the build "${build}" of the kernels does not start on this memory: ${String(error)}`,
      { build },
      error,
    );
  }
}
