import { isChat, isTokens, type Prompt } from '@isobit/receipt';
import { exactError } from '../../errors.ts';
import type { ChatMessage, ChatTemplate, ChatTool } from '../chat/chat-template.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

export interface PromptReader {
  readonly tokenizer: Tokenizer;
  /** Absent where the model has none: it then takes text and tokens. */
  readonly template?: ChatTemplate | undefined;
}

/**
 * The tokens of a request's prompt (profile-llm-exact-1 section 13): messages through the model's template, text as
 * it is, tokens as they are.
 *
 * @throws CodedError `TEMPLATE_REFUSED`, and as `ChatTemplate.render`, `Tokenizer.encode`
 */
export function promptTokens(prompt: Prompt, { tokenizer, template }: PromptReader): readonly number[] {
  if (isTokens(prompt)) return prompt.tokens;
  if (!isChat(prompt)) return tokenizer.encode(prompt.text, { special: false, whole: true });
  if (!template)
    throw exactError(
      'TEMPLATE_REFUSED',
      'the model has no chat template, so it takes no messages: ask for the completion of a text',
    );
  const { messages, tools, now } = prompt;
  // A canonical document has no member that is undefined.
  const text = template.render({
    messages: messages as readonly ChatMessage[],
    ...(tools ? { tools: tools as readonly ChatTool[] } : {}),
    now,
  });
  return tokenizer.encode(text, { special: true, whole: true });
}
