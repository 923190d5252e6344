import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { splitGguf, textFiles, textModelFile } from '@isobit/exact/testing';
import { chatTemplateDigest, type Manifest } from '@isobit/model';
import { type HubServer, startHub } from '@isobit/store/testing';
import { need, sharedPath } from '@isobit/testing';
import { createDevnet, type Devnet, type NodeProcess } from '../src/index.ts';
import { isobit, type Ran } from './isobit.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const SOURCE = `hf.co/org/Stories-GGUF@${COMMIT}`;

const parts = splitGguf(textModelFile(), [0, 5], 'Q8_0/Parts-Q8_0');

describe('a model of a hub, on a real node', need('shared'), () => {
  let dir: string;
  let devnet: Devnet;
  let node: NodeProcess;
  let hub: HubServer;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'isobit-hub-'));
    devnet = createDevnet({ dir: join(dir, 'net') });
    node = await devnet.add();
    const file = new Uint8Array(await readFile(sharedPath('models/stories260k/stories260K-f32.gguf')));
    const files = { 'README.md': Buffer.from('# Stories'), 'stories260K-F32.gguf': file };
    const nonsense = { ...textFiles(), 'chat_template.jinja': Buffer.from('{{ messages[0].content }}') };
    hub = await startHub({
      'org/Stories-GGUF': { commit: COMMIT, files, license: 'mit' },
      'org/Parts-GGUF': { commit: COMMIT, files: parts },
      'org/Nonsense': { commit: COMMIT, files: { ...nonsense, 'pytorch_model.bin': Buffer.from('pickle') } },
    });
  });
  after(async () => {
    await hub[Symbol.asyncDispose]();
    await devnet[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  async function says(line: string, code: number): Promise<Ran> {
    const args = [...line.split(' '), '--node', node.http, '--token', join(node.dataDir, 'operator.token')];
    const env = { HF_ENDPOINT: hub.url, HF_HOME: join(dir, 'hf'), HF_TOKEN: '' };
    const ran = await isobit(args, { home: join(dir, 'home'), env });
    assert.equal(ran.code, code, `isobit ${line}\n${ran.stdout}${ran.stderr}`);
    return ran;
  }

  test('is pulled, published with where it came from, and not fetched again', async () => {
    const { stdout, stderr } = await says('pull hf.co/org/Stories-GGUF:f32', 0);
    assert.match(stderr, /org\/Stories-GGUF at main, commit c0ffee000000: stories260K-F32\.gguf/);
    assert.match(stderr, /of memory to run, and .* are free on this machine/);
    assert.match(stdout, /^name +stories-f32:1$/m);
    assert.match(stdout, new RegExp(`^source +${SOURCE}$`, 'm'));
    const { manifest } = JSON.parse((await says('show stories-f32 --json', 0)).stdout) as {
      manifest: Manifest;
    };
    const { format, licence, task } = manifest;
    const { source } = manifest.card as { source: string };
    assert.deepEqual([format, licence, task, source], ['gguf', 'MIT', 'text-generation', SOURCE]);
    hub.seen.length = 0;
    const again = JSON.parse((await says('pull hf.co/org/Stories-GGUF --json', 0)).stdout) as {
      name: string;
      fetched: number;
    };
    assert.deepEqual([again.name, again.fetched], ['stories-f32', 0]);
    assert.ok(hub.seen.every(({ path }) => !path.startsWith('/storage/')));
  });

  test('in safetensors is read by an engine process, its tokens and its template with it', async () => {
    const { stderr } = await says('pull hf.co/org/Nonsense', 0);
    assert.match(stderr, /org\/Nonsense at main, commit c0ffee000000: safetensors in one file/);
    const { manifest } = JSON.parse((await says('show nonsense --json', 0)).stdout) as { manifest: Manifest };
    assert.deepEqual(
      [manifest.format, manifest.entry, manifest.task, manifest.licence],
      ['safetensors', 'config.json', 'text-generation', 'unknown'],
    );
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      ['chat_template.jinja', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'],
    );
    assert.ok(manifest.tokenizer);
    assert.equal(manifest.chatTemplate, chatTemplateDigest('{{ messages[0].content }}'));
  });

  test('in several parts is hosted, run and replayed as one, and so are the same parts of a folder', async () => {
    const { stderr } = await says('pull hf.co/org/Parts-GGUF:Q8_0', 0);
    assert.match(stderr, /: Q8_0\/Parts-Q8_0-00001-of-00003\.gguf in 3 files$/m);
    const shown = (await says('show parts-q8_0', 0)).stdout;
    for (const path of Object.keys(parts)) assert.ok(shown.includes(path), path);
    const { stdout } = await says('run parts-q8_0 abc --max-tokens 8 --check replay', 0);
    assert.match(stdout, /execution +verified +replay/);
    const folder = join(dir, 'parts');
    await mkdir(folder);
    for (const [path, bytes] of Object.entries(parts)) await writeFile(join(folder, basename(path)), bytes);
    const file = join(folder, 'Parts-Q8_0-00002-of-00003.gguf');
    assert.match((await says(`push ${file}`, 0)).stdout, /^size .* in 3 files$/m);
    assert.match((await says(`push ${folder} --name folder`, 0)).stdout, /^size .* in 3 files$/m);
    await rm(file);
    assert.match((await says(`push ${folder} --name folder`, 2)).stderr, /00002-of-00003\.gguf is not in /);
  });

  test('is refused by name where the hub has it not', async () => {
    const { stderr } = await says('pull hf.co/org/Stories-GGUF:q4_k_m', 2);
    assert.match(stderr, /has no GGUF file "q4_k_m": it has F32/);
    assert.match((await says('pull hf.co/org/None', 2)).stderr, /has no org\/None, or it is private/);
    assert.match((await says('show hf.co/org/Stories-GGUF', 2)).stderr, /pull it first/);
  });
});
