import { readFile } from 'node:fs/promises';
import {
  type Build,
  compileKernels,
  createKernels,
  createMemory,
  type Kernels,
  weightTypeIds,
} from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { type QuantisedBlock, type WeightType, weightTypes } from '../../../src/llm/reference/index.ts';

/** A packed matrix in the host's memory. */
export interface Packed {
  readonly type: WeightType;
  readonly rows: number;
  readonly columns: number;
  readonly at: number;
}

/** Kernels over a memory of their own, with a bump allocator: for tests. */
export interface KernelHost {
  readonly kernels: Kernels;
  /** Packs a matrix as it lies in a file; `order`: the first row of each portion of `portion` rows. */
  pack(
    type: WeightType,
    rows: number,
    columns: number,
    bytes: Uint8Array,
    portion?: number,
  ): Packed | { bad: number };
  /** Outputs of each token, rows in order; `split`: first rows of the ranges that are computed apart. */
  matmul(matrix: Packed, tokens: readonly Float32Array[], split?: readonly number[]): Float32Array[];
  quantise(values: Float32Array): QuantisedBlock[];
  unpackRow(matrix: Packed, row: number): Float32Array;
  /** Forgets every matrix. */
  clear(): void;
}

const PAGE = 65_536;
/** What no kernel may touch is filled with it. */
const GUARD = 0xa5;
const GUARD_BYTES = 64;

export async function createKernelHost(build: Build = 'single', pages = 512): Promise<KernelHost> {
  const module = await compileKernels(build, await readFile(wasmPath(build)));
  const memory = createMemory(build, pages, pages);
  const kernels = createKernels({ build, module, memory });
  const base = build.endsWith('64') ? PAGE : 64;
  const bytes = new Uint8Array(memory.buffer);
  let top = base;

  /** The least aligned place, so that a kernel that asks for more than 64 shows. */
  const take = (size: number): number => {
    const at = top;
    top = Math.ceil((at + size + GUARD_BYTES) / 64) * 64;
    if (top > bytes.length) throw new Error('the test asks for more memory than its host has');
    bytes.fill(GUARD, at, top);
    return at;
  };
  const guarded = (at: number, size: number): void => {
    if (bytes.subarray(at + size, at + size + GUARD_BYTES).some((byte) => byte !== GUARD))
      throw new Error(`a kernel wrote past the ${size} bytes at ${at}`);
  };
  const put = (values: Float32Array): number => {
    const at = take(values.byteLength);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    return at;
  };
  const floatsAt = (at: number, length: number) => new Float32Array(memory.buffer.slice(at, at + 4 * length));
  /** What was taken inside is given back. */
  const within = <T>(run: () => T): T => {
    const before = top;
    try {
      return run();
    } finally {
      top = before;
    }
  };

  return {
    kernels,
    pack(type, rows, columns, file, portion = rows) {
      const id = weightTypeIds[type];
      const size = kernels.packedBytes(id, rows, columns);
      const at = take(size);
      const bad = within(() => {
        const scratchSize = kernels.scratchBytes(columns);
        const scratch = take(scratchSize);
        const rowBytes = (columns / weightTypes[type].elements) * weightTypes[type].bytes;
        const firsts = Array.from({ length: Math.ceil(rows / portion) }, (_, i) => i * portion).reverse();
        for (const first of firsts) {
          const count = Math.min(portion, rows - first);
          // Rows come from wherever a file's block ends: at no alignment.
          const source = take(count * rowBytes + 1) + 1;
          bytes.set(file.subarray(first * rowBytes, (first + count) * rowBytes), source);
          const found = kernels.pack(id, source, at, rows, columns, first, count, scratch);
          guarded(scratch, scratchSize);
          if (found >= 0) return found;
        }
        return -1;
      });
      guarded(at, size);
      return bad < 0 ? { type, rows, columns, at } : { bad };
    },
    matmul: ({ type, rows, columns, at }, tokens, split = [0]) =>
      within(() => {
        const id = weightTypeIds[type];
        const float = weightTypes[type].elements === 1;
        const x = put(Float32Array.from(tokens.flatMap((values) => [...values])));
        const activationSize = tokens.length * kernels.activationBytes(columns);
        const activations = float ? x : take(activationSize);
        if (!float) {
          kernels.quantise(x, activations, columns, tokens.length);
          guarded(activations, activationSize);
        }
        // Rows of the output need no more than their own alignment, and what lies between tokens is not touched.
        const stride = 4 * (rows + 3);
        const y = take(tokens.length * stride + 4) + 4;
        const scratchSize = kernels.scratchBytes(columns);
        const scratch = take(scratchSize);
        split.forEach((first, i) => {
          const end = split[i + 1] ?? rows;
          kernels.matmul(id, at, first, end, columns, activations, tokens.length, y, stride, scratch);
        });
        guarded(scratch, scratchSize);
        return tokens.map((_, token) => {
          const from = y + token * stride;
          if (bytes.subarray(from + 4 * rows, from + stride).some((byte) => byte !== GUARD))
            throw new Error(`a kernel wrote past the ${rows} rows of token ${token}`);
          return floatsAt(from, rows);
        });
      }),
    quantise: (values) =>
      within(() => {
        const size = kernels.activationBytes(values.length);
        const out = take(size);
        kernels.quantise(put(values), out, values.length, 1);
        guarded(out, size);
        const count = values.length / 32;
        const scales = floatsAt(out, count);
        return Array.from({ length: count }, (_, i) => {
          const integers = new Int8Array(
            memory.buffer.slice(out + 8 * count + 32 * i, out + 8 * count + 32 * i + 32),
          );
          return { scale: scales[i] as number, integers, sum: integers.reduce((a, b) => a + b, 0) };
        });
      }),
    unpackRow: ({ type, columns, at }, row) =>
      within(() => {
        const out = take(4 * columns);
        const scratch = take(kernels.scratchBytes(columns));
        kernels.unpackRow(weightTypeIds[type], at, row, columns, out, scratch);
        guarded(out, 4 * columns);
        return floatsAt(out, columns);
      }),
    clear() {
      top = base;
    },
  };
}
