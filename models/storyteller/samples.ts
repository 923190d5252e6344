/**
 * Answers examples/prompts.json under profile llm-exact-1 and writes examples/samples.json, or, given `--check N`,
 * exits 1 where the first N tokens of an answer differ from what is written there.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createTokenEngine, readGguf, streamed } from '@isobit/exact/llm';
import { wasmPath } from '@isobit/kernels/wasm-path';

const MOST = 320;
const END = 1;

interface Prompt {
  readonly text?: string;
  readonly user?: string;
  readonly temperature: string;
  readonly seed: string;
  readonly tokens: readonly number[];
}

interface Sample {
  readonly prompt: string;
  readonly temperature: string;
  readonly answer: string;
  readonly tokens: readonly number[];
}

const here = import.meta.dirname;
const gguf = readGguf(new Uint8Array(await readFile(`${here}/storyteller-q8_0.gguf`)));
await using engine = await createTokenEngine({
  model: streamed(gguf),
  kernels: (build) => readFile(wasmPath(build)),
});
const words = gguf.metadata.get('tokenizer.ggml.tokens');
if (words?.type !== 'array') throw new Error('the model has no vocabulary: export it again');

// GPT-2's letters for bytes: printable ones stand for themselves, the others follow from 256 in their order.
const printable = (byte: number): boolean =>
  (byte > 32 && byte < 127) || (byte > 160 && byte < 256 && byte !== 173);
const bytesOf = new Map<string, number>();
let next = 256;
for (let byte = 0; byte < 256; byte++)
  bytesOf.set(String.fromCodePoint(printable(byte) ? byte : next++), byte);

const textOf = (tokens: readonly number[]): string =>
  new TextDecoder().decode(
    Uint8Array.from(
      tokens.filter((token) => token > 6).flatMap((token) => [...String(words.values[token])]),
      (letter) => bytesOf.get(letter) ?? 0x3f,
    ),
  );

async function answer(prompt: Prompt, most: number): Promise<number[]> {
  const parameters = { seed: BigInt(prompt.seed), temperature: Number(prompt.temperature) };
  const tokens: number[] = [];
  for await (const { token } of engine.generate({
    prompt: prompt.tokens,
    parameters,
    most,
    ends: new Set([END]),
  }))
    tokens.push(token);
  return tokens;
}

const prompts = JSON.parse(await readFile(`${here}/examples/prompts.json`, 'utf8')) as Prompt[];
const checked = process.argv[2] === '--check' ? Number(process.argv[3] ?? 20) : undefined;
const samples: Sample[] = [];
for (const prompt of prompts) {
  const tokens = await answer(prompt, checked ?? MOST);
  samples.push({
    prompt: prompt.user ?? prompt.text ?? '',
    temperature: prompt.temperature,
    answer: textOf(tokens),
    tokens,
  });
}
if (checked === undefined) {
  for (const { prompt, temperature, answer } of samples)
    console.log(`\n[${prompt}] at temperature ${temperature}:\n${answer}`);
  const lines = samples.map((sample) => `  ${JSON.stringify(sample)}`).join(',\n');
  await writeFile(`${here}/examples/samples.json`, `[\n${lines}\n]\n`);
} else {
  const known = JSON.parse(await readFile(`${here}/examples/samples.json`, 'utf8')) as Sample[];
  const wrong = samples.filter(
    ({ tokens }, i) => tokens.join() !== known[i]?.tokens.slice(0, checked).join(),
  );
  for (const { prompt } of wrong) console.log(`another answer to ${JSON.stringify(prompt)}`);
  process.exitCode = wrong.length ? 1 : 0;
}
