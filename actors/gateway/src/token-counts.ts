import { isCoded } from '@isobit/core';
import { embeddingTokens, type Request, type Response, usageOf } from '@isobit/receipt';

export interface TokenCounts {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** Tokens that request and response tell of; none for tensors, and for a response of a kind that is no answer. */
export function tokenCounts(request: Request, response: Response): TokenCounts {
  if (request.kind === 'text') {
    if (response.kind !== 'text') return {};
    const usage = usageOf(request, response);
    return 'inputTokens' in usage ? usage : {};
  }
  if (request.kind !== 'embedding' || response.kind !== 'tensors') return {};
  const inputTokens = orNone(() => embeddingTokens(response, request.texts.length));
  return inputTokens === undefined ? {} : { inputTokens };
}

/** Whether a worker's tensors open is for the answer to say. */
function orNone(count: () => number | undefined): number | undefined {
  try {
    return count();
  } catch (error) {
    if (isCoded(error, 'TENSOR_INVALID')) return undefined;
    throw error;
  }
}
