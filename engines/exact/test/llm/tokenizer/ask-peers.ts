import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fromBase64 } from '@isobit/core';
import { createTokenizer } from '../../../src/llm/tokenizer/index.ts';
import { fuzzText } from './fuzz-text.ts';
import { definitionOf, hubFiles, type Vector } from './vectors/operations.ts';
import { valid } from './vectors/valid.ts';

/**
 * Asks llama.cpp and Hugging Face's tokenizers for the tokens of the vectors' vocabularies, on the vectors' texts
 * and on fuzzed ones, and prints how many differ:
 *
 *     node ask-peers.ts --node-llama-cpp FOLDER --python PYTHON [--texts 1000]
 *
 * FOLDER is where node-llama-cpp is installed, PYTHON an interpreter with `tokenizers`. No test needs either.
 */

const { values } = parseArgs({
  options: {
    'node-llama-cpp': { type: 'string' },
    python: { type: 'string' },
    texts: { type: 'string', default: '1000' },
  },
});

interface Case {
  readonly text: string;
  readonly special: boolean;
}

/** Gives the tokens of each case. */
type Peer = (cases: readonly Case[]) => Promise<readonly (readonly number[])[]>;

interface LlamaModel {
  tokenize(text: string, special: boolean): Iterable<number>;
  dispose(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'isobit-peers-'));
const shown = 3;

interface Llama {
  loadModel(options: { modelPath: string; vocabOnly: boolean }): Promise<LlamaModel>;
}

async function startLlama(install: string): Promise<Llama> {
  const entry = resolve(install, 'node_modules/node-llama-cpp/dist/index.js');
  const { getLlama } = await import(pathToFileURL(entry).href);
  return getLlama({ gpu: false, build: 'never', logLevel: 'disabled' });
}

/** Adds nothing around a text. */
async function askLlama(llama: Llama, gguf: Uint8Array): Promise<Peer> {
  const path = join(folder, 'vocabulary.gguf');
  writeFileSync(path, gguf);
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
  return async (cases) => {
    const tokens = cases.map(({ text, special }) => [...model.tokenize(text, special)]);
    await model.dispose();
    return tokens;
  };
}

const SCRIPT = `
import json, sys, tokenizers
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1] + '/tokenizer.json')
texts = json.load(open(sys.argv[1] + '/texts.json'))
json.dump([tokenizer.encode(text, add_special_tokens=False).ids for text in texts], open(sys.argv[1] + '/tokens.json', 'w'))
`;

/** Always parses special tokens. */
function askHuggingFace(python: string, tokenizer: string): Peer {
  return async (cases) => {
    writeFileSync(join(folder, 'tokenizer.json'), tokenizer);
    writeFileSync(join(folder, 'texts.json'), JSON.stringify(cases.map(({ text }) => text)));
    execFileSync(python, ['-c', SCRIPT, folder]);
    return JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8'));
  };
}

async function compare(name: string, vector: Vector, peer: Peer, parsesSpecial: boolean): Promise<void> {
  const tokenizer = createTokenizer(definitionOf(vector));
  const given = (vector['cases'] as readonly { text: string; special?: boolean }[]).map((each) => ({
    text: each.text,
    special: each.special ?? false,
  }));
  const fuzzed = Array.from({ length: Number(values.texts) }, (_, i) => ({
    text: fuzzText(i + 1_000),
    special: i % 2 === 0,
  }));
  const cases = [...given, ...fuzzed].map((each) => ({ ...each, special: each.special || parsesSpecial }));
  const theirs = await peer(cases);
  const differ = cases.filter(({ text, special }, i) => {
    const ours = tokenizer.encode(text, { special, whole: false });
    return ours.join() !== theirs[i]?.join();
  });
  console.log(`${name}: ${differ.length} of ${cases.length} texts differ`);
  for (const { text } of differ.slice(0, shown)) console.log(`  ${JSON.stringify(text)}`);
}

const install = values['node-llama-cpp'];
const llama = install === undefined ? undefined : await startLlama(install);
for (const [name, vector] of Object.entries(valid)) {
  if (vector.kind !== 'encode') continue;
  if (vector['gguf'] !== undefined && llama)
    await compare(name, vector, await askLlama(llama, fromBase64(vector['gguf'] as string)), false);
  if (vector['hub'] !== undefined && values.python !== undefined)
    await compare(name, vector, askHuggingFace(values.python, hubFiles(vector['hub']).tokenizer), true);
}
rmSync(folder, { recursive: true });
process.exit();
