import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Answer, Client } from '@isobit/client';
import { encodeEvidence, type Tensor } from '@isobit/receipt';
import { need, sharedPath } from '@isobit/testing';
import { claimOf } from '@isobit/verify';
import { createFreshReplayer, createOperator, type NodeProcess, until } from '../src/index.ts';
import { isobit } from './isobit.ts';
import { createScene, offered, type Scene } from './scene.ts';

const floats = (tensor: Tensor | undefined): Float32Array =>
  new Float32Array(tensor?.data.slice().buffer ?? new ArrayBuffer());
const best = (scores: Float32Array): number => scores.indexOf(Math.max(...scores));

describe('models that others made, across three processes', need('shared'), () => {
  let scene: Scene;
  let second: NodeProcess;
  let client: Client;
  let replayer: AsyncDisposable;

  before(async () => {
    scene = await createScene();
    const [worker, third] = await Promise.all([
      scene.devnet.add({ name: 'second' }),
      scene.devnet.add({ name: 'third' }),
    ]);
    second = worker;
    const operators = [second, third].map(createOperator);
    const fresh = createFreshReplayer({
      dir: join(scene.dir, 'replays'),
      nodes: operators.map(({ api }) => api),
    });
    replayer = fresh;
    client = scene.clientOf(third, { replayer: fresh });
  });
  after(async () => {
    await replayer[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  /** Pushes a file to node 1 and waits until nodes 2 and 3 hold it and node 3 knows a second worker. */
  async function push(name: string, path: string): Promise<string> {
    const files = [{ path: 'model.onnx', bytes: await readFile(sharedPath(path)) }];
    const { id } = await scene.operator.publish({ name, files });
    const others = scene.devnet.nodes.slice(1).map(createOperator);
    await Promise.all(others.map((other) => other.replicate(id)));
    for (const other of others) await until(`${name} to be replicated`, () => other.holds(id));
    await offered(client, id, second.address);
    return id;
  }

  /** The command line judges the evidence where there is no node: signatures, digests, log. */
  async function verifiesOffline({ evidence }: Answer): Promise<void> {
    const home = join(scene.dir, 'elsewhere');
    await mkdir(home, { recursive: true });
    const file = join(home, 'answer.isobit.json');
    await writeFile(file, encodeEvidence(evidence));
    const { code, stdout, stderr } = await isobit(['verify', file], { home });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /integrity +verified/);
    assert.match(stdout, /log +verified/);
  }

  async function isChecked(question: Parameters<Client['infer']>[0]): Promise<Answer> {
    const replayed = await client.infer({ ...question, check: 'replay' });
    assert.equal(replayed.evidence.receipt.worker, second.address);
    assert.equal(claimOf(replayed.verdict, 'execution').status, 'verified');
    const peered = await client.infer({ ...question, check: 'peer' });
    const { status, by } = claimOf(peered.verdict, 'execution');
    assert.equal(status, 'verified');
    assert.notEqual(by, second.address);
    return replayed;
  }

  test('mnist reads 98 of 100 digits, as its reference does', async () => {
    const id = await push('mnist', 'models/mnist/mnist-8.onnx');
    const idx = async (name: string, header: number): Promise<Buffer> =>
      gunzipSync(await readFile(sharedPath(`data/digits/t10k-${name}-ubyte.gz`))).subarray(header);
    const images = await idx('images-idx3', 16);
    const labels = await idx('labels-idx1', 8);
    const model = await client.api.resolve(id);
    const question = (i: number) => ({
      model,
      inputs: [
        {
          name: 'Input3',
          datatype: 'FP32',
          shape: [1, 1, 28, 28],
          data: new Uint8Array(Float32Array.from(images.subarray(i * 784, (i + 1) * 784)).buffer),
        } as const,
      ],
      routing: { worker: second.address },
    });
    let right = 0;
    for (let i = 0; i < 100; i++) {
      const { outputs } = await client.infer({ ...question(i), check: 'replay' });
      if (best(floats(outputs[0])) === labels[i]) right++;
    }
    assert.ok(right >= 98, `${right} of 100`);
    await verifiesOffline(await isChecked(question(0)));
  });

  test('magika names the types of files as its reference does', async () => {
    const id = await push('magika', 'models/magika/model.onnx');
    const model = await client.api.resolve(id);
    const labels = magikaLabels(await json(sharedPath('models/magika/config.min.json')));
    const examples = (await gunzipped(
      sharedPath('models/magika/reference/standard_v3_3-inference_examples_by_content.json.gz'),
    )) as MagikaExample[];
    const known = examples.filter(({ prediction }) => prediction.dl !== 'undefined');
    const judged = known.filter((_, i) => i % 2 === 0);
    assert.ok(judged.length > 40);
    const question = ({ content_base64: content }: MagikaExample) => ({
      model,
      inputs: [magikaFeatures(Buffer.from(content, 'base64'))],
      routing: { worker: second.address },
    });
    for (const example of judged) {
      const { outputs } = await client.infer({ ...question(example), check: 'signature' });
      const scores = floats(outputs[0]);
      const { dl, score } = example.prediction;
      assert.equal(labels[best(scores)], dl);
      assert.ok(Math.abs(Math.max(...scores) - score) < 1e-4, `${dl}: ${Math.max(...scores)}, not ${score}`);
    }
    await verifiesOffline(await isChecked(question(judged[0] as MagikaExample)));
  });
});

interface MagikaExample {
  readonly content_base64: string;
  readonly prediction: { readonly dl: string; readonly score: number };
}

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
const gunzipped = async (path: string): Promise<unknown> =>
  JSON.parse(gunzipSync(await readFile(path)).toString());

const magikaLabels = (config: unknown): readonly string[] =>
  (config as { target_labels_space: string[] }).target_labels_space;

/** The first and last 1,024 bytes without the white space around them, as magika's standard_v3_3 reads a file. */
function magikaFeatures(content: Buffer): Tensor {
  const [half, block, padding] = [1024, 4096, 256];
  const text = content
    .subarray(0, block)
    .toString('latin1')
    .replace(/^[ \t-\r]+/, '');
  const tail = content
    .subarray(-block)
    .toString('latin1')
    .replace(/[ \t-\r]+$/, '');
  const begin = [...Buffer.from(text.slice(0, half), 'latin1')];
  const end = [...Buffer.from(tail.slice(-half), 'latin1')];
  const tokens = Int32Array.from([
    ...begin,
    ...Array<number>(half - begin.length).fill(padding),
    ...Array<number>(half - end.length).fill(padding),
    ...end,
  ]);
  return { name: 'bytes', datatype: 'INT32', shape: [1, 2 * half], data: new Uint8Array(tokens.buffer) };
}
