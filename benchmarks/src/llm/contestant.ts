export interface LoadOptions {
  /** Positions of each sequence at most. */
  readonly context: number;
  readonly sequences: number;
  readonly threads: number;
}

/** What a contestant of the suite `llm` does, in a process of its own; milliseconds where nothing else is said. */
export interface Contestant {
  /** Loads a GGUF file, in the place of the one loaded before. */
  load(path: string, options: LoadOptions): Promise<number>;
  /** Evaluates a prompt from an empty cache, up to the first token of an answer. */
  prefill(tokens: number): Promise<number>;
  /** Tells tokens, greedily, behind a prompt of `context` tokens whose time does not count. */
  decode(tokens: number, context: number): Promise<number>;
  /** Tells so many tokens in each of several sequences at once, prompts of a few tokens included. */
  together?(sequences: number, tokens: number): Promise<number>;
  /** How many times quicker the check of an answer is than its generation. */
  check?(tokens: number, prompt: number): Promise<number>;
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Token ids of a prompt that is no text: in every vocabulary of at least a thousand.
 *
 * @param nth prompts of different numbers differ from the first token on, so that no cache of prefixes serves two
 */
export const promptOf = (tokens: number, nth: number): number[] =>
  Array.from({ length: tokens }, (_, i) => 5 + ((i * 7_919 + nth * 31) % 990));
