import { exactError, type ModelBytes, throwIfAborted } from '@isobit/exact';
import { CACHED_POSITIONS, type LanguageLaw, openOutline, takesLlama } from '@isobit/exact/llm';
import { fast } from '@isobit/receipt';
import { createLlamaEngine } from './create-llama-engine.ts';
import { llamaEngine } from './llama-engine.ts';

/** Answers at once: each has a cache from the beginning. */
const ANSWERS = 4;

/** GGUF models of any architecture that llama.cpp knows, native, under the profile `fast`. */
export const llamaLaw: LanguageLaw = {
  profile: fast,
  engine: llamaEngine,
  answers: ANSWERS,
  takes: (manifest, memoryBytes) => takesLlama(manifest, 'fast', memoryBytes),
  async open(files, signal) {
    const outline = await openOutline(files, signal);
    return {
      ...outline,
      async decoder(options) {
        return createLlamaEngine({
          path: await verifiedPath(outline.file, options.signal),
          context: Math.min(outline.facts.context, CACHED_POSITIONS),
          sequences: ANSWERS,
        });
      },
    };
  },
};

const PIECE = 1024 * 1024;

/** llama.cpp reads files itself, so every byte of this one is verified before it does. */
async function verifiedPath({ file, size, read }: ModelBytes, signal?: AbortSignal): Promise<string> {
  if (file === undefined)
    throw exactError(
      'MODEL_BYTES',
      'llama.cpp loads models from files, and this one is in none: pull it first',
    );
  for (let at = 0; at < size; at += PIECE) {
    throwIfAborted(signal, 'loading the model');
    await read(at, Math.min(size, at + PIECE));
  }
  return file;
}
