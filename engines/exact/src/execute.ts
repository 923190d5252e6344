import { limits } from '@isobit/core';
import {
  createResponse,
  type Request,
  type Response,
  requestTensors,
  saltOf,
  type Trace,
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
  readonly response: Response;
  readonly trace?: Trace;
  readonly usage: Usage;
}

/**
 * Answers a request with a model: the pure function of specs/response.md. The caller has matched the request's
 * model id and profile with what it loaded.
 *
 * @throws CodedError as `LoadedModel.run`, `TENSOR_INVALID`, `OUTPUT_TOO_LARGE`
 */
export async function execute(
  loaded: LoadedModel,
  request: Request,
  options: ExecuteOptions = {},
): Promise<Execution> {
  const { outputs, trace } = await loaded.run(requestTensors(request), {
    ...(request.outputs ? { outputs: request.outputs } : {}),
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
