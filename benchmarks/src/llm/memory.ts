import { readFile, stat, writeFile } from 'node:fs/promises';
import type { LoadOptions } from './contestant.ts';
import type { Started } from './contestant-process.ts';

/** What a load takes. */
export interface Loaded {
  /** Bytes of the file. */
  readonly file: number;
  /** Bytes of resident memory at the height of the load, beyond those before it. */
  readonly peak: number;
  /** Of a second load, with the file in the system's cache and the code compiled. */
  readonly seconds: number;
}

/** Loads a model twice and watches the second time: Linux tells a process's greatest resident set. */
export async function loadedBytes(contestant: Started, path: string, options: LoadOptions): Promise<Loaded> {
  const { size } = await stat(path);
  const before = await field(contestant.pid, 'VmRSS');
  await writeFile(`/proc/${contestant.pid}/clear_refs`, '5');
  await contestant.load(path, options);
  const peak = (await field(contestant.pid, 'VmHWM')) - before;
  return { file: size, peak, seconds: (await contestant.load(path, options)) / 1_000 };
}

async function field(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
  return Number(kilobytes) * 1_024;
}
