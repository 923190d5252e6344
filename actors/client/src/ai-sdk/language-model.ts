import type {
  LanguageModelV3,
  LanguageModelV3Content,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  SharedV3Warning,
} from '@ai-sdk/provider';
import type { ChatCompletion } from '../apis/ask-chat.ts';
import type { Client } from '../client.ts';
import { toldChat } from '../told-chat.ts';
import { chatBody } from './chat-body.ts';

type End = Pick<LanguageModelV3GenerateResult, 'finishReason' | 'usage' | 'providerMetadata'>;

/** A language model as the AI SDK asks one. @param modelId id or name */
export const createLanguageModel = (client: Client, modelId: string): LanguageModelV3 => ({
  specificationVersion: 'v3',
  provider: 'isobit',
  modelId,
  supportedUrls: {},
  async doGenerate(options) {
    const { body, warnings } = chatBody(modelId, options);
    const { abortSignal: signal } = options;
    const { completion } = await client.chat(body, signal ? { signal } : {});
    const content = completion.choices[0]?.message.content;
    return {
      content: [...(content ? [{ type: 'text' as const, text: content }] : []), ...callsOf(completion)],
      ...endOf(completion),
      request: { body },
      response: { ...headOf(completion), body: completion },
      warnings,
    };
  },
  async doStream(options) {
    const { body, warnings } = chatBody(modelId, options);
    const left = new AbortController();
    const { abortSignal } = options;
    const signal = abortSignal ? AbortSignal.any([abortSignal, left.signal]) : left.signal;
    const words = toldChat(client, body, signal);
    // What fails before the first word is no stream that broke.
    const first = await words.next();
    const parts = partsOf(first, words, warnings);
    const stream = new ReadableStream<LanguageModelV3StreamPart>({
      async pull(controller) {
        const { value, done } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => left.abort(),
    });
    return { stream, request: { body } };
  },
});

type Words = ReturnType<typeof toldChat>;

async function* partsOf(
  first: Awaited<ReturnType<Words['next']>>,
  words: Words,
  warnings: SharedV3Warning[],
): AsyncGenerator<LanguageModelV3StreamPart, void> {
  const id = '0';
  yield { type: 'stream-start', warnings };
  let next = first;
  if (!next.done) yield { type: 'text-start', id };
  for (; !next.done; next = await words.next()) yield { type: 'text-delta', id, delta: next.value };
  if (!first.done) yield { type: 'text-end', id };
  const { completion } = next.value;
  yield { type: 'response-metadata', ...headOf(completion) };
  for (const call of callsOf(completion)) {
    const { toolCallId, toolName, input } = call;
    yield { type: 'tool-input-start', id: toolCallId, toolName };
    yield { type: 'tool-input-delta', id: toolCallId, delta: input };
    yield { type: 'tool-input-end', id: toolCallId };
    yield call;
  }
  yield { type: 'finish', ...endOf(completion) };
}

const callsOf = ({ choices }: ChatCompletion): Extract<LanguageModelV3Content, { type: 'tool-call' }>[] =>
  (choices[0]?.message.tool_calls ?? []).map(({ id, function: called }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: called.name,
    input: called.arguments,
  }));

const headOf = ({ id, created, model }: ChatCompletion) => ({
  id,
  timestamp: new Date(created * 1000),
  modelId: model,
});

const FINISH = { stop: 'stop', length: 'length', tool_calls: 'tool-calls' } as const;

function endOf({ choices, usage, isobit }: ChatCompletion): End {
  const raw = choices[0]?.finish_reason ?? 'stop';
  return {
    finishReason: { unified: FINISH[raw], raw },
    usage: {
      inputTokens: {
        total: usage.prompt_tokens,
        noCache: undefined,
        cacheRead: undefined,
        cacheWrite: undefined,
      },
      outputTokens: { total: usage.completion_tokens, text: usage.completion_tokens, reasoning: undefined },
      raw: { ...usage },
    },
    providerMetadata: { isobit: { ...isobit } },
  };
}
