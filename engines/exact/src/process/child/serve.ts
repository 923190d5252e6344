import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { fromHex, isCoded, limits } from '@isobit/core';
import { entryFile } from '@isobit/model';
import { exactError } from '../../errors.ts';
import { inspectOnnx } from '../../onnx/inspect.ts';
import type { ModelSource, TensorModel, TensorRuntime } from '../../runtime.ts';
import { createFrameReader, type Frame, writeFrame } from '../frames.ts';
import {
  type EngineReply,
  type EngineRequest,
  EXIT_MEMORY,
  packTensors,
  READY,
  unpackTensors,
} from '../messages.ts';
import { verifiedRead } from './verified-read.ts';

/** The descriptor that the node opened for messages. */
const CHANNEL = 3;
const MEMORY_CHECK_MS = 100;

/**
 * Answers a node's requests with a runtime until the node hangs up: the body of every engine process.
 *
 * @param memoryBytes resident memory above which the process ends itself
 */
export function serveRuntime(runtime: TensorRuntime, memoryBytes: number): void {
  const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
  const models = new Map<string, TensorModel>();
  let last: Promise<void> = Promise.resolve();
  const read = createFrameReader({
    // The node is trusted; a model that it sends may be as large as a model is.
    maxBytes: limits.onnxBytes,
    onFrame: (frame) => {
      last = last.then(() => answer(frame));
    },
  });
  const answer = async ({ header, body }: Frame): Promise<void> => {
    const request = header as EngineRequest;
    try {
      const { reply, parts } = await perform(runtime, models, request, body);
      writeFrame(channel, { ...reply, id: request.id } satisfies EngineReply, parts);
    } catch (error) {
      const { code, message } = isCoded(error)
        ? error
        : exactError('RUN_FAILED', `the engine failed: ${String(error)}`);
      writeFrame(channel, { id: request.id, error: { code, message } } satisfies EngineReply);
      // The engine's memory may be inconsistent: whoever comes next gets a new process.
      if (code === 'ENGINE_CRASHED') channel.end(() => process.exit(1));
    }
  };
  channel.on('data', read);
  channel.on('close', () => process.exit(0));
  channel.on('error', () => process.exit(0));
  setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes) process.exit(EXIT_MEMORY);
  }, MEMORY_CHECK_MS).unref();
  new Worker(new URL(import.meta.url.replace('/serve.', '/orphan-watch.'))).unref();
  writeFrame(channel, { id: READY });
}

interface Answer {
  readonly reply: Omit<Extract<EngineReply, { outputs?: unknown }>, 'id'>;
  readonly parts?: Uint8Array[];
}

async function perform(
  runtime: TensorRuntime,
  models: Map<string, TensorModel>,
  request: EngineRequest,
  body: Uint8Array,
): Promise<Answer> {
  switch (request.op) {
    case 'load': {
      models.set(request.key, await runtime.load(sourceOf(request, body)));
      return { reply: {} };
    }
    case 'unload': {
      await models.get(request.key)?.[Symbol.asyncDispose]();
      models.delete(request.key);
      return { reply: {} };
    }
    case 'inspect':
      return { reply: { info: inspectOnnx(await readFile(request.file), { exact: runtime.profile.exact }) } };
    case 'run': {
      const model = models.get(request.key);
      if (!model) throw exactError('RUN_FAILED', 'the model is not loaded in this process');
      const { outputs, trace } = await model.run(unpackTensors(request.inputs, body), {
        outputs: request.outputs,
        ...(request.trace === undefined ? {} : { trace: { salt: fromHex(request.trace) } }),
      });
      const bytes = outputs.reduce((sum, tensor) => sum + tensor.data.length, 0);
      if (bytes > limits.exchangeBytes / 2)
        throw exactError(
          'OUTPUT_TOO_LARGE',
          `the outputs have ${bytes} bytes: ask for fewer outputs or a smaller batch`,
        );
      const { headers, parts } = packTensors(outputs);
      return { reply: { outputs: headers, ...(trace ? { trace } : {}) }, parts };
    }
  }
}

function sourceOf({ manifest, file }: Extract<EngineRequest, { op: 'load' }>, body: Uint8Array): ModelSource {
  const entry = entryFile(manifest);
  return { manifest, read: async () => (file === undefined ? body : verifiedRead(file, entry)) };
}
