import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFuzzFiles, loadTargets } from './fuzz/find-targets.ts';
import { type FuzzOptions, parseOptions, USAGE } from './fuzz/options.ts';
import { seedFor } from './fuzz/random.ts';
import type { Finding } from './fuzz/run-target.ts';
import { runWatched } from './fuzz/run-watched.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Ignored by git. */
const FOUND = join(ROOT, '.cache/fuzz');

interface Picked {
  readonly file: string;
  readonly name: string;
}

async function pick(parts: readonly string[]): Promise<Picked[]> {
  const all: Picked[] = [];
  for (const file of findFuzzFiles(ROOT)) {
    for (const name of Object.keys(await loadTargets(ROOT, file))) all.push({ file, name });
  }
  return all.filter(({ file, name }) => parts.every((part) => `${file} ${name}`.includes(part)));
}

/** Writes the input as hex and returns where. */
function save({ file, name }: Picked, { input }: Finding): string {
  mkdirSync(FOUND, { recursive: true });
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const path = join(FOUND, `${file.split('/').at(-1)?.replace('.fuzz.ts', '')}-${name}-${digest}.hex`);
  writeFileSync(path, `${Buffer.from(input).toString('hex')}\n`);
  return path;
}

async function fuzz(picked: readonly Picked[], { seconds, count, seed }: FuzzOptions): Promise<number> {
  console.log(`${picked.length} targets, ${seconds} s each, --seed ${seed}`);
  let found = 0;
  for (const target of picked) {
    const own = seedFor(seed, `${target.file} ${target.name}`);
    const report = await runWatched({
      root: ROOT,
      ...target,
      seed: own,
      count,
      milliseconds: seconds * 1_000,
    });
    const { runs, answers, finding } = report;
    console.log(`${finding ? '✖' : '✔'} ${target.file} ${target.name}: ${runs} runs, ${answers} answers`);
    if (!finding) continue;
    found++;
    console.log(
      `  ${finding.kind}: ${finding.text.split('\n').slice(0, 6).join('\n  ')}\n  input: ${save(target, finding)}`,
    );
  }
  console.log(
    found > 0
      ? `${found} targets failed: replay an input with --replay FILE and the target's name`
      : 'nothing found',
  );
  return found > 0 ? 1 : 0;
}

async function replay(picked: readonly Picked[], path: string): Promise<number> {
  const [only] = picked;
  if (!only || picked.length > 1)
    throw new Error(`--replay wants one target, ${picked.length} are picked: name it by more of its name`);
  const input = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  console.log(await (await loadTargets(ROOT, only.file))[only.name]?.run(new Uint8Array(input)));
  return 0;
}

let options: FuzzOptions;
try {
  options = parseOptions(process.argv.slice(2), Date.now());
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
const picked = await pick(options.parts);
process.exitCode =
  options.replay === undefined ? await fuzz(picked, options) : await replay(picked, options.replay);
