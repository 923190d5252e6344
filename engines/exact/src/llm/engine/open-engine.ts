import { type Build, buildFacts } from '@isobit/kernels';
import { exactError } from '../../errors.ts';
import type { TensorMaker } from '../graph/tensors.ts';
import { loadBytes, loadWeights } from './load/load-weights.ts';
import type { StreamedModel } from './load/streamed-model.ts';
import { chooseBuild, tooLarge } from './memory/choose-build.ts';
import { createHeap, type Heap } from './memory/grow.ts';
import { Layout } from './memory/layout.ts';
import type { Machine } from './memory/machine.ts';
import { type KernelsSource, openMemory } from './memory/open-memory.ts';
import { type PlacedMatrix, type PlacedVector, placeTensors } from './memory/place-tensors.ts';
import { type PassBuffers, type PassShape, placePassBuffers } from './pass/pass-buffers.ts';
import { type Crew, soloCrew, startCrew } from './threads/crew.ts';
import type { Plan } from './threads/run-plan.ts';
import { defaultThreads, type StartThread } from './threads/start-thread.ts';
import { CONTROL_WORDS } from './threads/team.ts';

const MiB = 1024 * 1024;
/** Bytes of a cache where the caller names no limit: 45,000 positions of a model of 135 million parameters. */
const CACHE_BYTES = 1024 * MiB;
/** Blocks of a cache at most: a million positions, and tables of blocks stay small. */
const MOST_BLOCKS = 16_384;
/** More threads than any host of today has cores for one model; each costs a stack. */
const MOST_THREADS = 64;

export interface EngineOptions {
  readonly model: StreamedModel;
  /** The kernels' binaries; only the one that is needed is asked for. */
  readonly kernels: KernelsSource;
  /** Threads that compute, this one among them. Fewer where the host cannot share memory. Absent: 1. */
  readonly threads?: number;
  /** Bytes that weights, buffers and cache may come to together. Absent: what the host gives. */
  readonly memoryBytes?: number;
  /** Bytes of the cache at most. Absent: a gibibyte. */
  readonly cacheBytes?: number;
  /** Rows (tokens) that a pass computes at most. */
  readonly passRows?: number;
  /** 64: addresses of 64 bits in any case. Absent: where the model needs them. */
  readonly addresses?: 64;
  /** How threads are started, where the engine's own way does not fit: bundles. */
  readonly startThread?: StartThread;
  readonly signal?: AbortSignal;
}

/** What a graph asks of an engine. */
export interface Graph<Tensors> {
  take(maker: TensorMaker<PlacedMatrix, PlacedVector>): Tensors;
  /** Of passes, but for what the engine knows. */
  shape(tensors: Tensors): Omit<PassShape, 'tableEntries' | 'threads' | 'addressBytes'>;
  /** Layers, each with a slab in every block. */
  layers(tensors: Tensors): number;
  /** Rows of a tile of attention at most. */
  tileRows(tensors: Tensors): number;
  /** Takes room beside the pass's buffers. */
  place?(layout: Layout, machine: Machine, tensors: Tensors): void;
  plan(tensors: Tensors, buffers: PassBuffers, slabBytes: number): Plan;
}

/** An engine whose weights are loaded. */
export interface OpenEngine<Tensors> extends Disposable {
  readonly build: Build;
  readonly machine: Machine;
  readonly tensors: Tensors;
  readonly plan: Plan;
  readonly crew: Crew;
  /** Bytes of a block of the cache, and how many there may be. */
  readonly blockBytes: number;
  readonly blocks: number;
  readonly heap: Heap;
}

/**
 * Places a model's tensors and buffers, takes the memory, loads the weights and starts the threads. Nothing is taken
 * before everything that the file's header says has been checked.
 *
 * @throws CodedError of graphs and loading; `MODEL_TOO_LARGE`, `RUN_MEMORY`, `ENGINE_UNAVAILABLE`, `RUN_ABORTED`
 */
export async function openEngine<Tensors>(
  options: EngineOptions,
  graph: Graph<Tensors>,
): Promise<OpenEngine<Tensors>> {
  const { model, signal } = options;
  const startThread = options.startThread ?? defaultThreads();
  const threads = startThread ? threadsOf(options.threads ?? 1) : 1;
  const bytes = [...model.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes, 0);
  const compiled = await chooseBuild(options.kernels, {
    bytes,
    shared: threads > 1,
    addresses: options.addresses,
  });
  const { kernels, addressBytes } = compiled.machine;

  const layout = new Layout();
  const control = layout.floats(CONTROL_WORDS);
  const maker = placeTensors(layout, kernels);
  const tensors = graph.take(maker);
  const shape = graph.shape(tensors);
  const load = loadBytes(maker.placements, kernels);
  const slabBytes = kernels.slabBytes(shape.groups, shape.headWidth);
  const blockBytes = Math.ceil((slabBytes * graph.layers(tensors)) / 64) * 64;
  const wanted = Math.floor((options.cacheBytes ?? CACHE_BYTES) / blockBytes);
  const most = Math.min(MOST_BLOCKS, Math.max(1, wanted));
  const buffers = placePassBuffers(
    layout,
    { ...shape, tableEntries: most + shape.rows, threads, addressBytes },
    {
      activations: (count) => kernels.activationBytes(count),
      scratch: Math.max(kernels.attentionScratch(graph.tileRows(tensors), shape.headWidth), load.scratch),
    },
  );
  graph.place?.(layout, compiled.machine, tensors);
  const piece = layout.take(load.piece);

  const limit = Math.min(
    options.memoryBytes ?? Number.POSITIVE_INFINITY,
    buildFacts[compiled.build].maximumPages * 65_536,
  );
  const blocks = Math.min(most, Math.floor((limit - layout.end) / blockBytes));
  if (blocks < 1) throw noRoom(layout.end + blockBytes, limit);
  const machine = openMemory(compiled, { fixed: layout.end, cache: blocks * blockBytes });
  await loadWeights({
    model,
    placements: maker.placements,
    machine,
    buffers: { piece, scratch: buffers.scratch[0] as number },
    ...(signal ? { signal } : {}),
  });
  const plan = graph.plan(tensors, buffers, slabBytes);
  const crew =
    threads > 1 && startThread
      ? await startCrew(
          machine,
          { build: compiled.build, module: compiled.module, memory: machine.memory, control, threads, plan },
          startThread,
        )
      : soloCrew(machine, plan);
  return {
    build: compiled.build,
    machine,
    tensors,
    plan,
    crew,
    blockBytes,
    blocks,
    heap: createHeap(machine, layout.end, Math.ceil((layout.end + blocks * blockBytes) / 65_536)),
    [Symbol.dispose]: () => crew[Symbol.dispose](),
  };
}

function threadsOf(wanted: number): number {
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST_THREADS) return wanted;
  throw new RangeError(`an engine has 1 to ${MOST_THREADS} threads, not ${wanted}`);
}

const noRoom = (needed: number, limit: number) =>
  limit < 2 ** 32 && needed > limit
    ? exactError(
        'RUN_MEMORY',
        `the model needs ${Math.ceil(needed / MiB)} MiB with the smallest cache, more than the ${Math.floor(limit / MiB)} it may have: allow the engine more, or take a smaller quantisation`,
        { bytes: needed, limit },
      )
    : tooLarge(needed);
