import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { encodeCanonical } from '@isobit/core';
import { createOnnxExact, type LoadedModel, type Runtime, type TensorRuntime } from '@isobit/exact';
import { createProcessRuntime, wasmPath } from '@isobit/exact/process';
import { firstDifference, type OperatorTrace, requestKind, responseDigest, saltOf } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import type { Figure } from './figure.ts';
import { comparedSubjects, replaySubject, type Subject } from './replay/subjects.ts';

const ROUNDS = 5;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Median milliseconds of each contestant, which take turns. */
async function interleaved<Name extends string>(
  contestants: Record<Name, () => Promise<unknown>>,
  rounds = ROUNDS,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await contestants[name]();
      times[name].push(performance.now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}

/** What a check costs beside the run it checks, and exact beside native engines. */
export async function replaySuite(): Promise<Figure[]> {
  await using exact = createOnnxExact({ wasm: () => readFile(wasmPath()) });
  return [...(await checking(exact)), ...(await againstNative())];
}

async function checking(exact: Runtime): Promise<Figure[]> {
  const { name, source, request } = replaySubject();
  const { salt, bytes } = { salt: saltOf(request), bytes: encodeCanonical(request) };
  await using loaded = await exact.load(source);
  // The worker runs, digests and signs; here, all but the signature.
  const run = async () => {
    const { response } = await loaded.execute(request);
    return responseDigest(response, salt);
  };
  const claimed = await run();
  const honest = (await loaded.execute(request, { trace: true })).trace as OperatorTrace;
  const lie = lieIn(honest);
  const replay = async () => {
    const { response } = await loaded.execute(requestKind.decode(bytes));
    if (responseDigest(response, salt) !== claimed) throw new Error('the replay gave other bits');
  };
  const locate = async (model: LoadedModel) => {
    const { trace } = await model.execute(requestKind.decode(bytes), { trace: true });
    if (firstDifference(lie, trace as OperatorTrace)?.index !== lie.steps.length - 1)
      throw new Error('the lie was not found');
  };
  const loadThen = async (work: (model: LoadedModel) => Promise<unknown>) => {
    await using model = await exact.load(source);
    await work(model);
  };
  await locate(loaded);
  const warm = await interleaved({ run, replay, locate: () => locate(loaded) });
  const cold = await interleaved({
    run: () => loadThen((model) => model.execute(request)),
    locate: () => loadThen(locate),
  });
  const ratio = (what: string, value: number, peer: string, most: number): Figure => ({
    suite: 'replay',
    name: `${what}, ${name}`,
    value: Number(value.toFixed(2)),
    unit: 'x the time',
    peer,
    target: `<= ${most}`,
    holds: value <= most,
  });
  const peer = `the exact run that is checked, ${warm.run.toFixed(1)} ms`;
  return [
    ratio('replay', warm.replay / warm.run, peer, 1.3),
    ratio('finding the first difference', warm.locate / warm.run, peer, 4),
    ratio(
      'finding the first difference, model loaded first',
      cold.locate / cold.run,
      `the same run, model loaded first, ${cold.run.toFixed(1)} ms`,
      4,
    ),
  ];
}

/** A trace whose last operator claims another value. */
const lieIn = (trace: OperatorTrace): OperatorTrace => ({
  ...trace,
  steps: trace.steps.map((step, i) =>
    i < trace.steps.length - 1
      ? step
      : { ...step, outputs: step.outputs.map((output) => ({ ...output, digest: '0'.repeat(64) })) },
  ),
});

async function againstNative(): Promise<Figure[]> {
  if (!existsSync(repositoryPath('engines/native/node_modules/onnxruntime-node'))) return [];
  const { createNativeRuntime } = await import('@isobit/native');
  // Each in a process of its own, as nodes run them: native code here could change what the exact engine computes.
  await using native = createNativeRuntime({ allow: () => true, readRoots: [] });
  await using exact = createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [] });
  const figures: Figure[] = [];
  for (const subject of comparedSubjects()) figures.push(await compare(exact, native, subject));
  return figures;
}

async function compare(
  exact: TensorRuntime,
  native: TensorRuntime,
  { name, source, inputs }: Subject,
): Promise<Figure> {
  await using one = await exact.load(source);
  await using other = await native.load(source);
  const runs = { exact: () => one.run(inputs), native: () => other.run(inputs) };
  await Promise.all([runs.exact(), runs.native()]);
  const times = await interleaved(runs);
  return {
    suite: 'replay',
    name: `exact, one thread, ${name}`,
    value: Number((times.exact / times.native).toFixed(2)),
    unit: 'x the time',
    peer: `${native.engine.name} ${native.engine.version}, ${times.native.toFixed(1)} ms`,
    target: 'reported',
    holds: true,
  };
}
