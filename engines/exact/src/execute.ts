import { limits } from '@isobit/core';
import {
  createResponse,
  type OperatorTrace,
  ofKind,
  type Request,
  requestTensors,
  saltOf,
  type TensorsResponse,
  type Usage,
  usageOf,
} from '@isobit/receipt';
import { exactError } from './errors.ts';
import type { LoadedModel } from './runtime.ts';

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  /** Keep a trace, salted with the request's salt. */
  readonly trace?: boolean;
}

export interface Execution {
  readonly response: TensorsResponse;
  readonly trace?: OperatorTrace;
  readonly usage: Usage;
}

/**
 * Answers a request of tensors with a model: the pure function of specs/response.md. The caller has matched the
 * request's model id and profile with what it loaded.
 *
 * @throws CodedError as `LoadedModel.run`, `TENSOR_INVALID`, `OUTPUT_TOO_LARGE`, `KIND_UNSUPPORTED`
 */
export async function execute(
  loaded: LoadedModel,
  request: Request,
  options: ExecuteOptions = {},
): Promise<Execution> {
  const asked = ofKind(request, 'tensors');
  const { outputs, trace } = await loaded.run(requestTensors(asked), {
    ...(asked.outputs ? { outputs: asked.outputs } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.trace ? { trace: { salt: saltOf(request) } } : {}),
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
