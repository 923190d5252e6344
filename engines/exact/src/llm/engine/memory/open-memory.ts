import { type Build, buildFacts, compileKernels, createMemory } from '@isobit/kernels';
import { exactError } from '../../../errors.ts';
import { createMachine, type Machine } from './machine.ts';

/** Bytes of a build's binary. */
export type KernelsSource = (build: Build) => Promise<Uint8Array> | Uint8Array;

const PAGE = 65_536;
const MiB = 1024 * 1024;

/** The kernels compiled, before there is a memory for a model. */
export interface Compiled {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  /** Over a memory of one page: for questions about sizes. */
  readonly machine: Machine;
}

/** Compiled binaries: every model of a process runs on the same, since their digests are pinned. */
const modules = new Map<Build, Promise<WebAssembly.Module>>();

async function moduleOf(source: KernelsSource, build: Build): Promise<WebAssembly.Module> {
  return compileKernels(build, await source(build));
}

/** @throws CodedError `KERNELS_DIGEST`, `KERNELS_UNAVAILABLE`; of the source */
export async function compile(source: KernelsSource, build: Build): Promise<Compiled> {
  const compiling = modules.get(build) ?? moduleOf(source, build);
  modules.set(build, compiling);
  compiling.catch(() => modules.delete(build));
  const module = await compiling;
  return { build, module, machine: createMachine({ build, module, memory: createMemory(build, 1) }) };
}

/** Whether this host has memories with addresses of 64 bits. */
export function hasMemory64(): boolean {
  try {
    createMemory('single64', 1);
    return true;
  } catch {
    return false;
  }
}

export interface MemorySize {
  /** Bytes of weights and buffers. */
  readonly fixed: number;
  /** Bytes that the cache may come to. */
  readonly cache: number;
}

/**
 * A memory that holds what is fixed and grows for the cache.
 *
 * @throws CodedError `RUN_MEMORY` the host does not give it
 */
export function openMemory({ build, module }: Compiled, { fixed, cache }: MemorySize): Machine {
  const initial = Math.ceil(fixed / PAGE);
  const maximum = Math.min(buildFacts[build].maximumPages, Math.ceil((fixed + cache) / PAGE));
  try {
    return createMachine({ build, module, memory: createMemory(build, initial, maximum) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw exactError(
      'RUN_MEMORY',
      `the model needs ${Math.ceil(fixed / MiB)} MiB of memory, which this host does not give: allow the engine more, or take a smaller model`,
      { bytes: fixed },
      error,
    );
  }
}
