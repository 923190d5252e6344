import { inspectOnnx } from '../../src/index.ts';
import { models } from '../models.ts';

/** Decoders of strangers' bytes: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  inspectOnnx: {
    run: (bytes) => inspectOnnx(bytes),
    seeds: () => [
      models.network(),
      models.branching(),
      models.half(),
      models.loop(),
      models.sequence(),
      models.identity('BYTES'),
    ],
  },
};
