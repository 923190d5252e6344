import type { Build } from '@isobit/kernels';
import { exactError } from '../../../errors.ts';
import { type Compiled, compile, hasMemory64, type KernelsSource } from './open-memory.ts';

const GiB = 2 ** 30;
/** Bytes of tensors beyond which addresses of 32 bits do not hold what is packed of them, a quarter more at most. */
const MOST_32 = 3 * GiB;

/**
 * The build that a model of so many bytes needs, compiled.
 *
 * @throws CodedError `MODEL_TOO_LARGE` the host has no memory for it
 */
export function chooseBuild(
  source: KernelsSource,
  { bytes, shared, addresses }: { bytes: number; shared: boolean; addresses?: 64 | undefined },
): Promise<Compiled> {
  const wide = bytes > MOST_32 || addresses === 64;
  if (wide && !hasMemory64()) throw tooLarge(bytes);
  const build: Build = wide ? (shared ? 'shared64' : 'single64') : shared ? 'shared' : 'single';
  return compile(source, build);
}

export const tooLarge = (bytes: number) =>
  exactError(
    'MODEL_TOO_LARGE',
    `the model takes ${(bytes / GiB).toFixed(1)} GiB; without 64-bit WebAssembly memories, which this host does not have, 4 are the most: use a newer Node or browser, or a smaller quantisation`,
    { bytes },
  );
