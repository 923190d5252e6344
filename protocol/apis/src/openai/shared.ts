import type { Advice, Members } from '../common/members.ts';

/** Members that clients send and that change nothing about an answer (specs/openai.md section 2.4). */
export const WITHOUT_EFFECT = [
  'user',
  'metadata',
  'parallel_tool_calls',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'prediction',
] as const;

/** What is known, and not served. */
export const ADVICE: Advice = {
  functions: 'is the older form of "tools", which is served',
  function_call: 'is the older form of "tool_choice", which is served',
  audio: 'is not served: answers are text',
  reasoning_effort: 'is not served: no model here takes it',
  verbosity: 'is not served: no model here takes it',
  web_search_options: 'is not served: models here reach nothing',
  suffix: 'is not served: a model goes on, it does not fill in',
  echo: 'is not served: the answer is what comes after the prompt',
  best_of: 'is not served: ask with "n" and choose',
  dimensions: 'is not served: embeddings have the width of their model',
};

/** Members of streams; `include_usage` is what is asked for. */
export function readStream(body: Members): { readonly stream: boolean; readonly includeUsage: boolean } {
  const stream = body.flag('stream') ?? false;
  const options = body.object('stream_options');
  const includeUsage = options?.flag('include_usage') ?? false;
  // Padding against eavesdroppers: streams are as long as their text.
  options?.ignore('include_obfuscation');
  options?.done();
  return { stream, includeUsage };
}
