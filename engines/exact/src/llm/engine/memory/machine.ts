import { type Build, buildFacts, createKernels, type Kernels } from '@isobit/kernels';

/** What a thread computes with: the kernels over the memory that all threads share. */
export interface Machine {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  /** Bytes of an address in memory. */
  readonly addressBytes: number;
  /** The whole memory; views are made again when it has grown. */
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly bytes: Uint8Array;
  /** Writes an address into the table at `table`. */
  setAddress(table: number, index: number, address: number): void;
}

export function createMachine(options: {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}): Machine {
  const { memory } = options;
  const addressBytes = buildFacts[options.build].memory64 ? 8 : 4;
  let views = viewsOf(memory.buffer);
  const current = () => {
    if (views.bytes.buffer !== memory.buffer) views = viewsOf(memory.buffer);
    return views;
  };
  return {
    kernels: createKernels(options),
    memory,
    addressBytes,
    get floats() {
      return current().floats;
    },
    get integers() {
      return current().integers;
    },
    get bytes() {
      return current().bytes;
    },
    setAddress(table, index, address) {
      const at = (table + index * addressBytes) / 4;
      const { integers } = current();
      integers[at] = address | 0;
      if (addressBytes === 8) integers[at + 1] = Math.floor(address / 2 ** 32);
    },
  };
}

const viewsOf = (buffer: ArrayBufferLike) => ({
  floats: new Float32Array(buffer),
  integers: new Int32Array(buffer),
  bytes: new Uint8Array(buffer),
});
