import { limits } from '@isobit/core';
import type { CompletionPrompt, TokensPrompt } from '@isobit/receipt';
import { readClientChoice } from '../common/client-choice.ts';
import { Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import { readSampling, readStop } from '../common/sampling.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { ADVICE, readStream, WITHOUT_EFFECT } from './shared.ts';

/** What the body of `/v1/completions` asks. */
export interface CompletionAsk extends TextAsk {
  readonly includeUsage: boolean;
}

/** Where a body says nothing of it; the API's own number. */
const DEFAULT_TOKENS = 16;

/**
 * Reads the body of `/v1/completions` (specs/openai.md section 5).
 *
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readCompletionBody(json: unknown): CompletionAsk {
  const body = new Members(json, '');
  const model = readModel(body);
  const prompt = readPrompt(body);
  const sampling = readSampling(body);
  const stop = readStop(body);
  const choices = body.integer('n', 1, limits.textChoices);
  const maxTokens = body.integer('max_tokens', 1, limits.answerTokens) ?? DEFAULT_TOKENS;
  const logProbabilities = body.integer('logprobs', 0, limits.textAlternatives);
  const { stream, includeUsage } = readStream(body);
  const choice = readClientChoice(body);
  body.ignore(...WITHOUT_EFFECT);
  body.only('echo', [false], ADVICE['echo'] as string);
  body.only('best_of', [1, choices ?? 1], ADVICE['best_of'] as string);
  body.only('suffix', [''], ADVICE['suffix'] as string);
  body.done(ADVICE);
  return {
    model,
    prompt,
    maxTokens,
    ...(sampling ? { sampling } : {}),
    ...(stop ? { stop } : {}),
    ...(choices === undefined ? {} : { choices }),
    ...(logProbabilities === undefined ? {} : { logProbabilities }),
    offered: [],
    stream,
    includeUsage,
    choice,
  };
}

/** One text or one list of token ids; alone in a list it is the same. */
function readPrompt(body: Members): CompletionPrompt | TokensPrompt {
  const value = body.required('prompt', body.take('prompt'));
  if (typeof value === 'string') return { text: body.text('prompt') as string };
  const list = body.required('prompt', body.list('prompt'));
  if (list.length > 0 && list.every((each) => typeof each === 'number')) return tokensOf(body, list);
  const [only] = list;
  if (list.length > 1 && list.every((each) => typeof each === 'string' || Array.isArray(each)))
    throw body.unsupported('prompt', 'must be one prompt: ask for each by itself');
  if (typeof only === 'string' && only.isWellFormed() && list.length === 1) return { text: only };
  if (Array.isArray(only) && list.length === 1) return tokensOf(body, only);
  throw body.wrong('prompt', 'a text or a list of token ids');
}

function tokensOf(body: Members, list: readonly unknown[]): TokensPrompt {
  if (list.length === 0 || list.length > limits.tokenList)
    throw body.outside('prompt', `of 1 to ${limits.tokenList} token ids`);
  if (!list.every((each) => Number.isSafeInteger(each) && (each as number) >= 0))
    throw body.wrong('prompt', 'a text or a list of token ids');
  // -0 is no count.
  return { tokens: list.map((each) => (each as number) + 0) };
}
