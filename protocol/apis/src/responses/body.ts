import { limits } from '@isobit/core';
import type { ChatPrompt } from '@isobit/receipt';
import { readClientChoice } from '../common/client-choice.ts';
import { type Advice, Members } from '../common/members.ts';
import { readModel } from '../common/model-member.ts';
import { readSampling } from '../common/sampling.ts';
import type { TextAsk } from '../common/text-ask.ts';
import { WITHOUT_EFFECT } from '../openai/shared.ts';
import { readChoice, readFunctions, toolsAsk } from '../openai/tools.ts';
import { readTextFormat } from './format.ts';
import { readInput } from './input.ts';
import {
  checkSettings,
  numberOr1,
  readMetadata,
  repeatedChoice,
  repeatedTools,
  type Settings,
} from './settings.ts';

/** What the body of `/v1/responses` asks. */
export interface ResponsesAsk extends TextAsk {
  readonly prompt: Omit<ChatPrompt, 'now'>;
  /** Messages at the beginning of the prompt that are instructions: none or one. */
  readonly instructions: number;
  /** Id of the answer that it goes on from; its prompt holds nothing of that before `continuedAsk`. */
  readonly previous?: string;
  /** Whether a later question may go on from the answer. */
  readonly store: boolean;
  readonly settings: Settings;
}

/** What is known, and not served. */
const ADVICE: Advice = {
  conversation: 'is not served: name the answer before in "previous_response_id", or send its items',
  prompt: 'is not served: nothing is kept here to fill in',
  context_management: 'is not served: send the items that the model should see',
  moderation: 'is not served: answers are the model’s',
};

const LOG_PROBABILITIES = 'message.output_text.logprobs';
/** Of what no answer here has there is nothing to include. */
const INCLUDED: readonly unknown[] = [LOG_PROBABILITIES, 'reasoning.encrypted_content'];

/**
 * Reads the body of `/v1/responses` (specs/responses.md section 2).
 *
 * @param json as `decodeBody` gives it
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readResponsesBody(json: unknown): ResponsesAsk {
  const body = new Members(json, '');
  const model = readModel(body);
  const instructions = body.text('instructions') ?? '';
  const system = instructions === '' ? [] : [{ role: 'system', content: instructions }];
  const input = readInput(body);
  const offered = readFunctions(body, 'flat');
  const { format, repeated } = readTextFormat(body);
  const { tools, grammar } = toolsAsk(offered, readChoice(body, offered, 'flat'), format);
  const sampling = readSampling(body);
  const maxTokens = body.integer('max_output_tokens', 1, limits.answerTokens);
  const logProbabilities = readLogProbabilities(body);
  const previous = body.text('previous_response_id');
  if (previous === '') throw body.outside('previous_response_id', 'the id of an answer');
  const store = body.flag('store') ?? true;
  const user = body.text('user');
  const stream = body.flag('stream') ?? false;
  const settings: Settings = {
    instructions: instructions === '' ? null : instructions,
    max_output_tokens: maxTokens ?? null,
    parallel_tool_calls: body.flag('parallel_tool_calls') ?? true,
    previous_response_id: previous ?? null,
    store,
    temperature: numberOr1(body, 'temperature'),
    text: { format: repeated },
    tool_choice: repeatedChoice(body.take('tool_choice')),
    tools: repeatedTools(offered, body.take('tools')),
    top_logprobs: logProbabilities ?? 0,
    top_p: numberOr1(body, 'top_p'),
    ...(user === undefined ? {} : { user }),
    metadata: readMetadata(body),
  };
  checkSettings(body, settings);
  const choice = readClientChoice(body);
  readRest(body);
  return {
    model,
    prompt: { messages: [...system, ...input], ...(tools.length > 0 ? { tools: [...tools] } : {}) },
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(sampling ? { sampling } : {}),
    ...(logProbabilities === undefined ? {} : { logProbabilities }),
    ...(grammar ? { grammar } : {}),
    offered: tools.map(({ name }) => name),
    stream,
    choice,
    instructions: system.length,
    ...(previous === undefined ? {} : { previous }),
    store,
    settings,
  };
}

/** Asked for by a number of alternatives, or by name. */
function readLogProbabilities(body: Members): number | undefined {
  const alternatives = body.integer('top_logprobs', 0, limits.textAlternatives) ?? 0;
  const include = body.list('include') ?? [];
  if (include.some((each) => !INCLUDED.includes(each)))
    throw body.unsupported('include', `must hold nothing but ${INCLUDED.join(', ')}`);
  return alternatives > 0 || include.includes(LOG_PROBABILITIES) ? alternatives : undefined;
}

/** Members that change nothing about an answer, and those of which only such values are served. */
function readRest(body: Members): void {
  body.ignore(...WITHOUT_EFFECT, 'max_tool_calls');
  body.only('background', [false], 'is not served: a question is answered while its client waits');
  body.only('truncation', ['disabled'], 'must be "disabled": a prompt that is too long is refused');
  body.only('service_tier', ['auto', 'default'], 'is not served: there is one tier');
  const reasoning = body.object('reasoning');
  reasoning?.only('effort', ['none'], 'is not served: no model here takes it');
  reasoning?.ignore('summary', 'generate_summary');
  reasoning?.done();
  const options = body.object('stream_options');
  // Padding against eavesdroppers: streams are as long as their text.
  options?.ignore('include_obfuscation');
  options?.done();
  body.done(ADVICE);
}
