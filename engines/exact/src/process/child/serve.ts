import { readFile } from 'node:fs/promises';
import { fromHex, limits } from '@isobit/core';
import { entryFile } from '@isobit/model';
import { exactError } from '../../errors.ts';
import { inspectOnnx } from '../../onnx/inspect.ts';
import type { ModelSource, TensorModel, TensorRuntime } from '../../runtime.ts';
import { type EngineReply, type EngineRequest, packTensors, unpackTensors } from '../messages.ts';
import { openChannel } from './channel.ts';
import { verifiedRead } from './verified-read.ts';

/**
 * Answers a node's requests with a runtime until the node hangs up, one after another: the body of every process whose
 * engine runs one model at a time.
 *
 * @param memoryBytes resident memory above which the process ends itself
 */
export function serveRuntime(runtime: TensorRuntime, memoryBytes: number): void {
  const models = new Map<string, TensorModel>();
  let last: Promise<void> = Promise.resolve();
  const channel = openChannel({
    memoryBytes,
    onRequest(request, body) {
      last = last.then(async () => {
        try {
          const { reply, parts } = await perform(runtime, models, request, body);
          channel.send({ ...reply, id: request.id } satisfies EngineReply, parts);
        } catch (error) {
          channel.fail(request.id, error);
        }
      });
    },
  });
  channel.ready();
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
    default:
      throw exactError('RUN_FAILED', `this process does not do "${request.op}"`);
  }
}

function sourceOf({ manifest, file }: Extract<EngineRequest, { op: 'load' }>, body: Uint8Array): ModelSource {
  const entry = entryFile(manifest);
  return { manifest, read: async () => (file === undefined ? body : verifiedRead(file, entry)) };
}
