import { exactError, throwIfAborted } from '../../errors.ts';
import { log64 } from '../reference/math/double.ts';
import { createSequences } from '../stepped/sequences.ts';
import { createSteppedEngine } from '../stepped/stepped-engine.ts';
import type { TokenEngine } from '../token-engine.ts';
import { type OpenWllama, PROMPT_BATCH, type WllamaFile } from './wllama.ts';

export interface WllamaEngineOptions {
  /** A model in GGUF, or its parts in their order, of any architecture that llama.cpp b7179 runs. */
  readonly files: readonly WllamaFile[];
  /** Positions at most. */
  readonly context: number;
  readonly open: OpenWllama;
}

/**
 * llama.cpp in WebAssembly: the profile llama-wasm-1 (specs/profile-llama-wasm-1.md). It has one sequence, so
 * answers take turns. Some fifty times slower than native code: for architectures that llm-exact-1 does not describe.
 *
 * @throws CodedError as `open`
 */
export async function createWllamaEngine({
  files,
  context,
  open,
}: WllamaEngineOptions): Promise<TokenEngine> {
  const wllama = await open(files, { context });
  const { n_vocab: vocabulary } = await wllama.getLoadedContextInfo();
  const sequences = createSequences([wllama]);
  return createSteppedEngine({
    vocabulary,
    context,
    async open(signal) {
      const borrowed = await sequences.borrow(signal);
      await orCrash(() => wllama.kvClear());
      return {
        async feed(tokens, stop) {
          for (let at = 0; at < tokens.length; at += PROMPT_BATCH) {
            throwIfAborted(stop, 'the run');
            await orCrash(() => wllama.decode(tokens.slice(at, at + PROMPT_BATCH), {}));
          }
          return logitsOf(await orCrash(() => wllama.getLogits(-1)), vocabulary);
        },
        [Symbol.asyncDispose]: async () => borrowed[Symbol.dispose](),
      };
    },
    close: () => wllama.exit(),
  });
}

/** A binary that has failed once may fail for all: the process that holds it is replaced. @throws CodedError `ENGINE_CRASHED` */
async function orCrash<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw exactError('ENGINE_CRASHED', `llama.cpp failed: ${String(error)}`, {}, error);
  }
}

/**
 * wllama gives probabilities. Their logarithms are logits as good as the model's own: softmax does not see what
 * all have in common. A probability of 0 counts as the least that binary32 has, so that its logarithm is finite; one
 * that is no number, of a model that overflows, stays none, and no token is drawn from it.
 */
function logitsOf(probabilities: readonly { token: number; p: number }[], vocabulary: number): Float32Array {
  const logits = new Float32Array(vocabulary).fill(Number.NaN);
  for (const { token, p } of probabilities) logits[token] = log64(p === 0 ? LEAST : p);
  return logits;
}

const LEAST = 2 ** -149;
