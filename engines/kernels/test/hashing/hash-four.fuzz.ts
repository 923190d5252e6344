import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compileHashing, createHashFour } from '../../src/hashing/index.ts';
import { hashingPath } from '../../src/wasm-path.ts';

const hashFour = createHashFour(compileHashing(readFileSync(hashingPath())));

/** A prefix, whose length is the first byte's, and four messages of what is left. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  four: {
    run(bytes) {
      const prefix = bytes.subarray(1, 1 + (bytes[0] ?? 0));
      const rest = bytes.subarray(1 + prefix.length);
      const length = Math.floor(rest.length / 4);
      const messages = [0, 1, 2, 3].map((i) => rest.subarray(i * length, (i + 1) * length));
      for (const [i, digest] of hashFour(prefix, messages).entries()) {
        const hash = createHash('sha256').update(prefix);
        if (
          !hash
            .update(messages[i] as Uint8Array)
            .digest()
            .equals(digest)
        )
          throw new Error(`message ${i}`);
      }
    },
    seeds: () => [
      new Uint8Array(1 + 4 * 64),
      new Uint8Array(1 + 4 * 55).fill(1),
      new Uint8Array(70_000).fill(63),
    ],
  },
};
