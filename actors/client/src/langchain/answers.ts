import { AIMessage, AIMessageChunk, type UsageMetadata } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import type { ChatCompletion } from '../apis/ask-chat.ts';

/** A checked answer as LangChain has it. */
export function chatResult(completion: ChatCompletion): ChatResult {
  const { choices, usage } = completion;
  return {
    generations: choices.map(({ message: { content, tool_calls = [] }, finish_reason }) => {
      const message = new AIMessage({
        ...endFields(completion),
        content: content ?? '',
        tool_calls: tool_calls.map(({ id, function: { name, arguments: written } }) => ({
          type: 'tool_call',
          id,
          name,
          args: JSON.parse(written) as Record<string, unknown>,
        })),
      });
      return { text: content ?? '', message, generationInfo: { finish_reason } };
    }),
    llmOutput: {
      tokenUsage: {
        promptTokens: usage.prompt_tokens,
        completionTokens: usage.completion_tokens,
        totalTokens: usage.total_tokens,
      },
    },
  };
}

/** Words of a stream, provisional until its last chunk has come. */
export const wordsChunk = (words: string): ChatGenerationChunk =>
  new ChatGenerationChunk({ text: words, message: new AIMessageChunk({ content: words }) });

/** What a stream ends with once its answer is checked: calls, usage, receipt and verdict. */
export function lastChunk(completion: ChatCompletion): ChatGenerationChunk {
  const [first] = completion.choices;
  const message = new AIMessageChunk({
    ...endFields(completion),
    content: '',
    tool_call_chunks: (first?.message.tool_calls ?? []).map(({ id, function: called }, index) => ({
      type: 'tool_call_chunk',
      id,
      index,
      name: called.name,
      args: called.arguments,
    })),
  });
  return new ChatGenerationChunk({
    text: '',
    message,
    generationInfo: { finish_reason: first?.finish_reason },
  });
}

/** What every message that ends an answer holds. LangChain's types allow usage to messages of one structure only. */
const endFields = (completion: ChatCompletion): object => ({
  id: completion.id,
  usage_metadata: usageOf(completion),
  response_metadata: metadataOf(completion),
});

const usageOf = ({ usage }: ChatCompletion): UsageMetadata => ({
  input_tokens: usage.prompt_tokens,
  output_tokens: usage.completion_tokens,
  total_tokens: usage.total_tokens,
});

const metadataOf = ({
  choices,
  model,
  system_fingerprint,
  isobit,
}: ChatCompletion): Record<string, unknown> => ({
  finish_reason: choices[0]?.finish_reason,
  model_name: model,
  system_fingerprint,
  isobit,
});
