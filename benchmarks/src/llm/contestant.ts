import { fork } from 'node:child_process';
import { once } from 'node:events';

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
  /** Tells so many tokens in each of several sequences at once, prompts of about 32 included. */
  together?(sequences: number, tokens: number): Promise<number>;
  /** How many times quicker the check of an answer is than its generation. */
  check?(tokens: number, prompt: number): Promise<number>;
}

type Name = keyof Contestant;
type Answer = { readonly value: number } | { readonly error: string };

/** Answers the parent's calls for ever: the body of a contestant's process. */
export function serveContestant(contestant: Contestant): void {
  process.on('message', async ({ name, args }: { name: Name; args: never[] }) => {
    const work = contestant[name] as (...given: never[]) => Promise<number>;
    const answer: Answer = await work.apply(contestant, args).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: String(error) }),
    );
    process.send?.(answer);
  });
}

export type Started = Required<Contestant> & { readonly pid: number } & Disposable;

/** Starts a contestant's process. */
export function startContestant(file: string): Started {
  const child = fork(new URL(file, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => [{ error: `its process ended with ${code}` }]);
  async function call(name: Name, ...args: unknown[]): Promise<number> {
    child.send({ name, args });
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
    if ('error' in answer) throw new Error(`${file}: ${answer.error}`);
    return answer.value;
  }
  return {
    pid: child.pid as number,
    load: (...args) => call('load', ...args),
    prefill: (...args) => call('prefill', ...args),
    decode: (...args) => call('decode', ...args),
    together: (...args) => call('together', ...args),
    check: (...args) => call('check', ...args),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
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
