import { readFile } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { inspectOnnx } from '@isobit/exact';
import { createProcessRuntime } from '@isobit/exact/process';
import { sourceOf } from '@isobit/exact/testing';
import type { Tensor } from '@isobit/receipt';
import { Hono } from 'hono';

/*
 * The peer of the http suite: the same engine process behind nothing but hono. It reads JSON numbers and writes
 * them, and keeps, signs and proves nothing.
 */

interface Input {
  readonly name: string;
  readonly shape: number[];
  readonly data: number[];
}

const bytes = new Uint8Array(await readFile(process.argv[2] as string));
const runtime = createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [] });
const { inputs: takes, outputs: gives } = inspectOnnx(bytes);
const loaded = await runtime.load(sourceOf(bytes, { inputs: [...takes], outputs: [...gives] }));

const app = new Hono();
app.post('/v2/models/digits/infer', async (c) => {
  const { inputs } = (await c.req.json()) as { inputs: Input[] };
  const tensors = inputs.map(
    ({ name, shape, data }): Tensor => ({
      name,
      datatype: 'FP32',
      shape,
      data: new Uint8Array(Float32Array.from(data).buffer),
    }),
  );
  const { outputs } = await loaded.run(tensors);
  return c.json({
    model_name: 'digits',
    outputs: outputs.map(({ name, shape, data }) => ({
      name,
      shape,
      datatype: 'FP32',
      data: [...new Float32Array(data.slice().buffer)],
    })),
  });
});
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.send?.(`http://127.0.0.1:${port}`);
});
process.once('disconnect', () => {
  server.close();
  void runtime[Symbol.asyncDispose]().then(() => process.exit(0));
});
