import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Contestant } from './contestant.ts';

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
