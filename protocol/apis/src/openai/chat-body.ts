import { limits } from '@isobit/core';
import { readClientChoice } from '../common/client-choice.ts';
import { Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import { readSampling, readStop } from '../common/sampling.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { readMessages } from './messages.ts';
import { ADVICE, readStream, WITHOUT_EFFECT } from './shared.ts';
import { readTools } from './tools.ts';

/** What the body of `/v1/chat/completions` asks. */
export interface ChatAsk extends TextAsk {
  /** Whether a stream ends with the usage. */
  readonly includeUsage: boolean;
}

/**
 * Reads the body of `/v1/chat/completions` (specs/openai.md section 2).
 *
 * @param json as `decodeBody` gives it
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readChatBody(json: unknown): ChatAsk {
  const body = new Members(json, '');
  const model = readModel(body);
  const messages = readMessages(body);
  const { tools, grammar } = readTools(body);
  const sampling = readSampling(body);
  const stop = readStop(body);
  const choices = body.integer('n', 1, limits.textChoices);
  const maxTokens = readMaxTokens(body);
  const logProbabilities = readLogProbabilities(body);
  const { stream, includeUsage } = readStream(body);
  const choice = readClientChoice(body);
  body.ignore(...WITHOUT_EFFECT);
  body.only('store', [false], 'must be false: answers are not kept');
  body.only('service_tier', ['auto', 'default'], 'is not served: there is one tier');
  readModalities(body);
  body.done(ADVICE);
  return {
    model,
    prompt: { messages, ...(tools.length > 0 ? { tools: [...tools] } : {}) },
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(sampling ? { sampling } : {}),
    ...(stop ? { stop } : {}),
    ...(choices === undefined ? {} : { choices }),
    ...(logProbabilities === undefined ? {} : { logProbabilities }),
    ...(grammar ? { grammar } : {}),
    offered: tools.map(({ name }) => name),
    stream,
    includeUsage,
    choice,
  };
}

/** The older and the newer name of one number. */
function readMaxTokens(body: Members): number | undefined {
  const older = body.integer('max_tokens', 1, limits.answerTokens);
  const newer = body.integer('max_completion_tokens', 1, limits.answerTokens);
  if (older !== undefined && newer !== undefined && older !== newer)
    throw body.outside('max_tokens', 'what "max_completion_tokens" says, or absent');
  return newer ?? older;
}

function readLogProbabilities(body: Members): number | undefined {
  const isWanted = body.flag('logprobs') ?? false;
  const alternatives = body.integer('top_logprobs', 0, limits.textAlternatives);
  if (!isWanted && (alternatives ?? 0) > 0)
    throw body.outside('top_logprobs', 'absent where "logprobs" is not true');
  return isWanted ? (alternatives ?? 0) : undefined;
}

function readModalities(body: Members): void {
  const wanted = body.list('modalities') ?? [];
  if (wanted.some((each) => each !== 'text'))
    throw body.unsupported('modalities', 'must be ["text"]: nothing else is served');
}
