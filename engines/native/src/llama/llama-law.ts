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
          path: await verifiedPath(outline.files, options.signal),
          context: Math.min(outline.facts.context, CACHED_POSITIONS),
          sequences: ANSWERS,
        });
      },
    };
  },
};

const PIECE = 1024 * 1024;

/**
 * llama.cpp reads files itself, so every byte of them is verified before it does.
 *
 * @returns the first, beside which it finds the others
 */
async function verifiedPath(files: readonly ModelBytes[], signal?: AbortSignal): Promise<string> {
  for (const { size, read } of files)
    for (let at = 0; at < size; at += PIECE) {
      throwIfAborted(signal, 'loading the model');
      await read(at, Math.min(size, at + PIECE));
    }
  const path = files[0]?.file;
  if (path !== undefined) return path;
  throw exactError(
    'MODEL_BYTES',
    'llama.cpp loads models from files, and this one is in none: pull it first',
  );
}
