import { llamaWasm } from '@isobit/receipt';
import { throwIfAborted } from '../../errors.ts';
import type { ModelBytes } from '../../model-bytes.ts';
import type { LanguageLaw } from '../language-law.ts';
import { CACHED_POSITIONS, takesLlama } from '../memory.ts';
import { openOutline } from '../open-outline.ts';
import { createWllamaEngine } from './create-wllama-engine.ts';
import type { OpenWllama, WllamaFile } from './wllama.ts';
import { wllamaEngine } from './wllama-engine.ts';

/**
 * GGUF models of any architecture that one build of llama.cpp knows, in WebAssembly: specs/profile-llama-wasm-1.md.
 *
 * @param open starts wllama, which is installed on demand and runs in threads of Node or in workers of a browser
 */
export const wllamaLaw = (open: OpenWllama): LanguageLaw => ({
  profile: llamaWasm,
  engine: wllamaEngine,
  takes: (manifest, memoryBytes) => takesLlama(manifest, 'llama-wasm-1', memoryBytes),
  async open(files, signal) {
    const outline = await openOutline(files, signal);
    return {
      ...outline,
      decoder: ({ signal }) =>
        createWllamaEngine({
          open,
          files: outline.files.map((file) => streamOf(file, signal)),
          // Section 2: where an answer ends is part of the law.
          context: Math.min(outline.facts.context, CACHED_POSITIONS),
        }),
    };
  },
});

const PIECE = 1024 * 1024;

/** A model's file piece by piece, each verified as it is read: it is never in JavaScript's memory as a whole. */
const streamOf = (file: ModelBytes, signal?: AbortSignal): WllamaFile => ({
  size: file.size,
  stream() {
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        throwIfAborted(signal, 'loading the model');
        const end = Math.min(file.size, at + PIECE);
        // A copy, since the reader hands the buffer to another thread.
        if (at < end) controller.enqueue((await file.read(at, end)).slice());
        at = end;
        if (at === file.size) controller.close();
      },
    });
  },
});
