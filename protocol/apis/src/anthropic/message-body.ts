import { limits } from '@isobit/core';
import { readClientChoice } from '../common/client-choice.ts';
import { type Advice, Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import { readStop } from '../common/sampling.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { readMessages } from './messages.ts';
import { readTools } from './tools.ts';

/** What is known, and not served. */
const ADVICE: Advice = {
  container: 'is not served: no code is run here',
  mcp_servers: 'is not served: models here reach nothing',
  context_management: 'is not served: send the messages that the model should see',
};

/** Members that change nothing about an answer (specs/anthropic.md section 2.3). */
const WITHOUT_EFFECT = ['metadata', 'cache_control', 'thinking', 'inference_geo', 'speed', 'diagnostics'];

/**
 * Reads the body of `/v1/messages` (specs/anthropic.md section 2).
 *
 * @param json as `decodeBody` gives it
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readMessageBody(json: unknown): TextAsk {
  const body = new Members(json, '');
  const maxTokens = body.required('max_tokens', body.integer('max_tokens', 1, limits.answerTokens));
  const stream = body.flag('stream') ?? false;
  return { ...readQuestion(body), maxTokens, stream };
}

/**
 * Reads the body of `/v1/messages/count_tokens`: what one token of an answer costs, since only the model's own
 * tokenizer counts a prompt (specs/anthropic.md section 5).
 *
 * @throws CodedError as `readMessageBody`
 */
export function readCountBody(json: unknown): TextAsk {
  const { grammar: _, ...question } = readQuestion(new Members(json, ''));
  return { ...question, maxTokens: 1, stream: false };
}

function readQuestion(body: Members): Omit<TextAsk, 'maxTokens' | 'stream'> {
  const model = readModel(body);
  const messages = readMessages(body);
  const { tools, grammar } = readTools(body);
  const topK = body.integer('top_k', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const stated = {
    temperature: body.decimal('temperature'),
    topP: body.decimal('top_p'),
    topK: topK > 0 ? topK : undefined,
  };
  const sampling = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  const stop = readStop(body, 'stop_sequences');
  const choice = readClientChoice(body);
  body.ignore(...WITHOUT_EFFECT);
  body.only('service_tier', ['auto', 'standard_only'], 'is not served: there is one tier');
  body.done(ADVICE);
  return {
    model,
    prompt: { messages, ...(tools.length > 0 ? { tools: [...tools] } : {}) },
    ...(Object.keys(sampling).length > 0 ? { sampling } : {}),
    ...(stop ? { stop } : {}),
    ...(grammar ? { grammar } : {}),
    offered: tools.map(({ name }) => name),
    choice,
  };
}
