import { openOutline } from '../../../src/llm/index.ts';
import { createDecoder, createEncoder, readGguf } from '../../../src/llm/reference/index.ts';
import { bytesInMemory } from '../../../src/model-bytes.ts';
import { buildGguf } from '../build-gguf.ts';
import { otherModels } from '../other-models.ts';
import { decoderFile, encoderFile } from '../random-model.ts';

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
