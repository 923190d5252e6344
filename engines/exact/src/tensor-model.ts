import { limits } from '@isobit/core';
import { createResponse, ofKind, type Request, requestTensors, saltOf, usageOf } from '@isobit/receipt';
import { exactError } from './errors.ts';
import type { ExecuteOptions, TensorExecution, TensorModel } from './runtime.ts';

/** A model by what it runs; how it answers a request follows. */
export function createTensorModel(parts: Omit<TensorModel, 'execute'>): TensorModel {
  const model: TensorModel = { ...parts, execute: (request, options) => execute(model, request, options) };
  return model;
}

async function execute(
  model: TensorModel,
  given: Request,
  { signal, trace: traced }: ExecuteOptions = {},
): Promise<TensorExecution> {
  const request = ofKind(given, 'tensors');
  const { outputs, trace } = await model.run(requestTensors(request), {
    ...(request.outputs ? { outputs: request.outputs } : {}),
    ...(signal ? { signal } : {}),
    ...(traced ? { trace: { salt: saltOf(request) } } : {}),
  });
  // Base64 takes four characters for three bytes; the rest of a response is small.
  const bytes = outputs.reduce((sum, tensor) => sum + tensor.data.length, 0);
  if (bytes > (limits.exchangeBytes / 4) * 3 - limits.documentBytes) {
    throw exactError(
      'OUTPUT_TOO_LARGE',
      `the outputs have ${bytes} bytes, more than a response holds: ask for fewer outputs or a smaller batch`,
    );
  }
  const response = createResponse(outputs);
  return { response, ...(trace ? { trace } : {}), usage: usageOf(request, response) };
}
