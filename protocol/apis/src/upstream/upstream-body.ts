import { limits } from '@isobit/core';
import { type ChatPrompt, isChat, isTokens, type Sampling, type TextRequest } from '@isobit/receipt';
import { apiError } from '../errors.ts';
import { formatMembers, toolOf } from './upstream-tools.ts';

/** A server that is asked on a worker's behalf, as far as the body depends on it. */
export interface AskedServer {
  /** What it calls the model. */
  readonly model: string;
  /** `llama.cpp`, `vllm`, `ollama`, …: specs/upstream.md section 1. */
  readonly kind: string;
}

export interface UpstreamBody {
  /** Below the server's base URL. */
  readonly path: 'chat/completions' | 'completions' | 'embeddings';
  /** JSON; members without a value say nothing. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * The body that asks a server for the answer to a request (specs/upstream.md section 2): the inverse of `readChatBody`
 * and `readCompletionBody`.
 *
 * @throws CodedError `API_UNSUPPORTED` for what a server could not do, or would ignore
 */
export function upstreamBody(request: TextRequest, { model, kind }: AskedServer): UpstreamBody {
  const { prompt, maxTokens, sampling = {}, stop, choices = 1 } = request;
  for (const member of ['logProbabilities', 'tokenBytes'] as const)
    if (request[member] !== undefined)
      throw unsupported(member, 'are not served: the model is behind a server that tells no tokens');
  const asked = {
    max_tokens: maxTokens === limits.answerTokens ? undefined : maxTokens,
    ...samplingMembers(sampling, kind),
    stop,
    n: choices > 1 ? choices : undefined,
  };
  const streamed = { stream: true, stream_options: { include_usage: true } };
  const format = formatMembers(request, kind);
  return isChat(prompt)
    ? {
        path: 'chat/completions',
        body: {
          model,
          messages: prompt.messages.map(messageOf),
          ...asked,
          tools: prompt.tools?.map(toolOf),
          ...format,
          ...streamed,
        },
      }
    : {
        path: 'completions',
        body: {
          model,
          prompt: isTokens(prompt) ? prompt.tokens : prompt.text,
          ...asked,
          ...format,
          ...streamed,
        },
      };
}

const messageOf = ({ role, content, name, toolCalls, toolCallId }: ChatPrompt['messages'][number]) => ({
  role,
  content,
  name,
  tool_calls: toolCalls?.map(({ id, name: called, arguments: written }) => ({
    id,
    type: 'function',
    function: { name: called, arguments: written },
  })),
  tool_call_id: toolCallId,
});

function samplingMembers(sampling: Sampling, kind: string): Readonly<Record<string, unknown>> {
  if (sampling.penaltyWindow !== undefined)
    throw unsupported('penaltyWindow', 'is not served: the server has a window of its own');
  const number = (decimal: string | undefined) => (decimal === undefined ? undefined : Number(decimal));
  const { logitBias, seed } = sampling;
  return {
    temperature: number(sampling.temperature),
    top_p: number(sampling.topP),
    top_k: sampling.topK,
    min_p: number(sampling.minP),
    presence_penalty: number(sampling.presencePenalty),
    frequency_penalty: number(sampling.frequencyPenalty),
    [kind === 'llama.cpp' ? 'repeat_penalty' : 'repetition_penalty']: number(sampling.repeatPenalty),
    logit_bias:
      logitBias &&
      Object.fromEntries(Object.entries(logitBias).map(([token, bias]) => [token, Number(bias)])),
    seed: seed === undefined ? undefined : signedSeed(seed),
  };
}

/** JSON's numbers are doubles: a seed that is none would become another one. */
function signedSeed(seed: string): number {
  const signed = Number(BigInt.asIntN(64, BigInt(seed)));
  if (Number.isSafeInteger(signed)) return signed;
  throw unsupported('seed', 'must be at most 2^53 - 1 in size for a server that is asked in JSON');
}

const unsupported = (member: string, why: string) =>
  apiError('API_UNSUPPORTED', `"${member}" ${why}`, member);
