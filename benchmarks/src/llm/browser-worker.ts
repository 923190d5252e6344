import { createTokenEngine, openGguf, rangesOf } from '@isobit/exact/llm';
import type { Build } from '@isobit/kernels';
import type { Contestant, LoadOptions } from './contestant.ts';
import { engineContestant } from './engine-contestant.ts';

/* The engine in a worker of a page. What a call names is fetched from the page's own server. */

/** A call of the page's: a method, and what it is given. */
export interface WorkerCall {
  readonly name: keyof Contestant;
  readonly args: readonly unknown[];
  /** Where each build of the kernels is. */
  readonly kernels: Readonly<Record<Build, string>>;
}

const scope = globalThis as unknown as {
  onmessage: ((event: { data: WorkerCall }) => void) | null;
  postMessage(answer: { value: number } | { error: string }): void;
};

const bytesOf = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

let kernels: WorkerCall['kernels'];
const contestant = engineContestant(async (url: string, { threads }: LoadOptions) =>
  createTokenEngine({
    model: await openGguf(rangesOf(await bytesOf(url))),
    kernels: (build) => bytesOf(kernels[build]),
    threads,
  }),
);

scope.onmessage = async ({ data }) => {
  kernels = data.kernels;
  const work = contestant[data.name] as (...given: unknown[]) => Promise<number>;
  scope.postMessage(
    await work.apply(contestant, [...data.args]).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: String(error) }),
    ),
  );
};
