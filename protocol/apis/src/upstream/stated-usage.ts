import { limits } from '@isobit/core';
import type { TextRequest } from '@isobit/receipt';
import type { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';

/** Tokens as a server states them. */
export interface StatedUsage {
  readonly promptTokens?: number;
  readonly outputTokens?: number;
}

/**
 * A server's word, as far as it could be true: counts, and no more words than were asked for.
 *
 * @throws CodedError `API_ANSWER`, or of `Members`
 */
export function readUsage(usage: Members, { maxTokens, choices = 1 }: TextRequest): StatedUsage {
  const promptTokens = usage.integer('prompt_tokens', 0, limits.upstreamPromptTokens);
  const outputTokens = usage.integer('completion_tokens', 0, Number.MAX_SAFE_INTEGER);
  if (outputTokens !== undefined && outputTokens > maxTokens * choices)
    throw apiError('API_ANSWER', 'the server states more tokens than it was asked for', 'usage');
  return {
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}
