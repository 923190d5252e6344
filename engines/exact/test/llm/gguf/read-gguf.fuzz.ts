import { concatBytes } from '@isobit/core';
import { ggufPaths } from '@isobit/model';
import { openOutline } from '../../../src/llm/index.ts';
import { createDecoder, createEncoder, readGguf, readGgufFiles } from '../../../src/llm/reference/index.ts';
import { bytesInMemory } from '../../../src/model-bytes.ts';
import { buildGguf } from '../build-gguf.ts';
import { hostileParts, soundParts } from '../hostile-parts.ts';
import { otherModels } from '../other-models.ts';
import { decoderFile, encoderFile } from '../random-model.ts';
import { filesOf } from '../safetensors/build-safetensors.ts';
import { splitGguf } from '../split-gguf.ts';

/** Bytes as parts of one model: each begins where GGUF's magic stands. */
function partsIn(bytes: Uint8Array): Record<string, Uint8Array> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const starts = [0, ...Array.from(text.matchAll(/GGUF/g), ({ index }) => index).filter((at) => at > 0)];
  const [entry, ...others] = ggufPaths(`m-00001-of-${String(starts.length).padStart(5, '0')}.gguf`);
  return Object.fromEntries(
    [entry as string, ...others].map((path, i) => [path, bytes.subarray(starts[i], starts[i + 1])]),
  );
}

/** Decoders of strangers' bytes: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  readGguf: {
    run: (bytes) => readGguf(bytes),
    seeds: () => [
      buildGguf({ 'general.architecture': 'llama', words: { strings: ['a', 'b'] }, flag: false }, [
        { name: 'first', type: 'F32', sizes: [2, 2], data: new Uint8Array(16) },
      ]),
      decoderFile({ architecture: 'llama', type: 'Q4_0' }),
    ],
  },
  readGgufFiles: {
    run(bytes) {
      const parts = partsIn(bytes);
      return readGgufFiles(filesOf(parts, Object.keys(parts)[0]));
    },
    seeds: () =>
      [
        soundParts,
        ...Object.values(hostileParts).map(({ files }) => files),
        splitGguf(decoderFile({ architecture: 'llama', type: 'Q4_0' }), [0, 5]),
      ].map((parts) => concatBytes(...Object.values(parts))),
  },
  openOutline: {
    run: (bytes) =>
      openOutline({
        format: 'gguf',
        entry: 'm.gguf',
        paths: new Set(['m.gguf']),
        open: async () => bytesInMemory(bytes),
      }),
    seeds: () => [
      ...Object.values(otherModels).map((make) => make()),
      decoderFile({ architecture: 'llama', type: 'Q4_0' }),
    ],
  },
  createDecoder: {
    run: (bytes) => createDecoder(readGguf(bytes)),
    seeds: () => [
      decoderFile({ architecture: 'llama', type: 'Q8_0' }),
      decoderFile({ architecture: 'qwen2', type: 'Q4_0' }),
      decoderFile({ architecture: 'qwen3', type: 'F16', tied: true }),
    ],
  },
  createEncoder: {
    run: (bytes) => createEncoder(readGguf(bytes)),
    seeds: () => [encoderFile('Q8_0', 1)],
  },
};
