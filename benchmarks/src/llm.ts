import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeModel } from '@isobit/exact/testing';
import { type Figure, median, rounded, type SuiteOptions } from './figure.ts';
import { startBrowserContestant } from './llm/browser-contestant.ts';
import type { Contestant } from './llm/contestant.ts';
import { startContestant } from './llm/contestant-process.ts';
import { loadedBytes } from './llm/memory.ts';

const CONTEXT = 2_304;
const WLLAMA = 'wllama 2.3.7';
const LLAMA = 'node-llama-cpp 3.22.1';
const QUANTISATIONS = ['Q8_0', 'Q4_K'] as const;
type Quantisation = (typeof QUANTISATIONS)[number];

/** What must hold of decode against native llama.cpp, by quantisation. */
const DECODE = { Q8_0: 0.65, Q4_K: 0.6 } as const;

/** Tokens per second, from milliseconds. */
const speed = (tokens: number, milliseconds: number): number => (1_000 * tokens) / milliseconds;

/**
 * The exact language-model engine beside llama.cpp, native and in WebAssembly, on models of 110 million random
 * parameters; one thread unless said.
 */
export async function llmSuite(options: SuiteOptions): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'isobit-llm-'));
  try {
    const figures: Figure[] = [];
    for (const quantisation of QUANTISATIONS) {
      const path = join(folder, `${quantisation}.gguf`);
      await writeFile(path, makeModel({ quantisation, context: CONTEXT }));
      figures.push(...(await measure(path, quantisation, options)));
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(
  path: string,
  quantisation: Quantisation,
  { rounds, quick, signal, report }: SuiteOptions,
): Promise<Figure[]> {
  using isobit = startContestant('./isobit-process.ts');
  using pair = startContestant('./isobit-process.ts');
  using llama = startContestant('./llama-process.ts');
  using wllama = startContestant('./wllama-process.ts');
  await using browser = await startBrowserContestant(path);
  const load = { context: CONTEXT, sequences: 8, threads: 1 };
  const memory = await loadedBytes(isobit, path, load);
  await pair.load(path, { ...load, threads: 2 });
  await browser?.load(path, load);
  await llama.load(path, { ...load, sequences: 1 });
  await wllama.load(path, { ...load, sequences: 1 });

  const short = quick ? 8 : 64;
  const runs: Readonly<Record<string, () => Promise<number>>> = {
    decode: async () => speed(short, await isobit.decode(short, 64)),
    decodeLlama: async () => speed(short, await llama.decode(short, 64)),
    decodeWllama: async () => speed(8, await wllama.decode(8, 16)),
    prefill: async () => speed(256, await isobit.prefill(256)),
    prefillLlama: async () => speed(256, await llama.prefill(256)),
    prefillWllama: async () => speed(32, await wllama.prefill(32)),
    ...(browser && {
      decodeBrowser: async () => speed(short, await browser.decode(short, 64)),
      prefillBrowser: async () => speed(256, await browser.prefill(256)),
    }),
    prefillPair: async () => speed(256, await pair.prefill(256)),
    alone: async () => speed(short, await isobit.together(1, short)),
    together: async () => speed(8 * short, await isobit.together(8, short)),
    check: () => isobit.check(quick ? 32 : 256, 32),
    far: async () => speed(16, await isobit.decode(16, quick ? 512 : 2_048)),
    near: async () => speed(16, await isobit.decode(16, 64)),
  };
  await warmUp(isobit, pair, llama, wllama, ...(browser ? [browser] : []));
  const found = new Map<string, number[]>(Object.keys(runs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      signal.throwIfAborted();
      (found.get(name) as number[]).push(await run());
    }
    report(`llm ${quantisation}, round ${round + 1} of ${rounds}`);
  }
  const of = (name: string): number => median(found.get(name) as number[]);

  const figure = (name: string, value: number, unit: string, peer: string, least?: number): Figure => ({
    suite: 'llm',
    name: `${quantisation}: ${name}`,
    value: rounded(value),
    unit,
    peer,
    target: least === undefined ? 'reported' : `>= ${least}`,
    holds: least === undefined || value >= least,
  });
  const against = (what: string, peer: string, name: string, least: number): Figure =>
    figure(`${what} against ${peer}`, of(what) / of(name), 'x', `${rounded(of(name))} tokens/s`, least);
  const most = (name: string, value: number, unit: string, peer: string, limit: number): Figure => ({
    ...figure(name, value, unit, peer),
    target: `<= ${limit}`,
    holds: value <= limit,
  });
  return [
    figure('decode', of('decode'), 'tokens/s', ''),
    figure('prefill of 256', of('prefill'), 'tokens/s', ''),
    against('decode', LLAMA, 'decodeLlama', DECODE[quantisation]),
    against('prefill', LLAMA, 'prefillLlama', 0.25),
    against('decode', WLLAMA, 'decodeWllama', 6),
    against('prefill', WLLAMA, 'prefillWllama', 6),
    figure(
      'checking 256 tokens',
      of('check'),
      'x cheaper',
      'generating them',
      quantisation === 'Q8_0' ? 2 : undefined,
    ),
    figure(
      '8 sequences at once',
      of('together') / of('alone'),
      'x',
      `one, ${rounded(of('alone'))} tokens/s`,
      2,
    ),
    most('decode at context 2,048', of('near') / of('far'), 'x the time', 'at context 64', 1.7),
    figure('2 threads, prefill', of('prefillPair') / of('prefill'), 'x', 'one thread', 1.5),
    ...(browser ? ['decode', 'prefill'] : []).map((what) =>
      figure(`${what} in Chromium`, of(`${what}Browser`) / of(what), 'x', 'in Node', 0.8),
    ),
    most(
      'loading, peak of resident memory',
      memory.peak / memory.file,
      'x the file',
      `${rounded(memory.file / 1e6)} MB`,
      1.4,
    ),
    most('loading, warm', memory.seconds, 's', `${rounded(memory.file / 1e6)} MB`, 1),
  ];
}

/** Compilers and caches first: no figure is about them. */
async function warmUp(...contestants: readonly Contestant[]): Promise<void> {
  for (const each of contestants) {
    await each.prefill(16);
    await each.decode(4, 16);
  }
}
