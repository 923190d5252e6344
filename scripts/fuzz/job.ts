import type { Bounds } from './run-target.ts';

/** Bytes before the input in a job's shared memory. */
export const SHARED_HEAD = 8;

/** What a thread is told. */
export interface Job extends Omit<Bounds, 'onInput'> {
  readonly root: string;
  readonly file: string;
  readonly name: string;
  /** A counter of runs and the input's length (32 bits each), then the input: what is left when a run never ends. */
  readonly shared: SharedArrayBuffer;
}
