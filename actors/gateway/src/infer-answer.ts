import { concatBytes, isCoded, utf8 } from '@isobit/core';
import {
  type Request as CanonicalRequest,
  type Response as CanonicalResponse,
  type Infer,
  type InferAnswer,
  inferFromResponse,
  type JobAnswer,
} from '@isobit/receipt';
import type { CatalogueModel } from './catalogue.ts';
import { gatewayError } from './errors.ts';
import { JSON_LENGTH_HEADER } from './headers.ts';

export interface InferAnswerOptions {
  readonly asked: Infer;
  /** The model as the URL names it. */
  readonly name: string;
  readonly model: CatalogueModel;
  readonly request: CanonicalRequest;
  readonly answer: JobAnswer;
  /** The answer's response, checked to be the receipt's. */
  readonly response: CanonicalResponse;
  /** Digest of the answer's receipt. */
  readonly receipt: string;
}

/**
 * The HTTP answer to an inference, with what a client needs to rebuild the canonical request.
 *
 * @throws CodedError `INFER_TEXT`, `ANSWER_UNFIT`
 */
export function inferAnswer(options: InferAnswerOptions): Response {
  const { model, request, receipt } = options;
  return httpAnswer(describe(options), {
    'isobit-receipt': receipt,
    'isobit-model': model.id,
    'isobit-salt': request.salt,
    'isobit-profile': request.profile,
  });
}

function describe({
  asked,
  name,
  model,
  request,
  answer,
  response,
  receipt,
}: InferAnswerOptions): InferAnswer {
  const { worker } = answer.receipt;
  try {
    return inferFromResponse(response, {
      modelName: name,
      ...(model.version === undefined ? {} : { modelVersion: model.version }),
      ...(asked.id === undefined ? {} : { id: asked.id }),
      binaryOutput: asked.binaryOutput,
      parameters: {
        isobit_receipt: receipt,
        isobit_salt: request.salt,
        isobit_profile: request.profile,
        isobit_worker: worker,
      },
    });
  } catch (error) {
    // Tensors that contradict themselves are the worker's fault, not the client's.
    if (!isCoded(error, 'TENSOR_INVALID')) throw error;
    throw gatewayError('ANSWER_UNFIT', `worker ${worker} answered with a broken output: ${error.message}`);
  }
}

function httpAnswer({ json, binary }: InferAnswer, headers: Record<string, string>): Response {
  if (!binary) return new Response(json, { headers: { ...headers, 'content-type': 'application/json' } });
  const head = utf8(json);
  return new Response(concatBytes(head, ...binary) as Uint8Array<ArrayBuffer>, {
    headers: {
      ...headers,
      'content-type': 'application/octet-stream',
      [JSON_LENGTH_HEADER]: String(head.length),
    },
  });
}
