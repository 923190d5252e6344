import type { Machine } from './machine.ts';

const PAGE = 65_536;
/** Memory grows by this much at least: each step costs the host a call and every thread new views. */
const STEP_PAGES = 64;

/** Hands out room behind all that was placed before; the memory grows as it is taken, up to a limit. */
export interface Heap {
  /** Address of so many bytes; undefined where the host gives no more memory. */
  take(bytes: number): number | undefined;
}

export function createHeap(machine: Machine, from: number, maximumPages: number): Heap {
  let end = from;
  return {
    take(bytes) {
      const at = end;
      if (!reach(machine, at + bytes, maximumPages)) return undefined;
      end += bytes;
      return at;
    },
  };
}

function reach({ memory, addressBytes }: Machine, end: number, maximumPages: number): boolean {
  const pages = memory.buffer.byteLength / PAGE;
  const wanted = Math.ceil(end / PAGE);
  if (wanted <= pages) return true;
  const grow = (by: number): boolean => {
    try {
      memory.grow((addressBytes === 8 ? BigInt(by) : by) as number);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  return grow(Math.min(Math.max(wanted - pages, STEP_PAGES), maximumPages - pages)) || grow(wanted - pages);
}
