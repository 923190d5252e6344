import { asking, events } from './openai-paths.ts';
import { ref } from './schemas.ts';

/** Routes of Anthropic's API. */
export const anthropicPaths = {
  '/v1/messages': asking(
    'message',
    "Answer a conversation, as Anthropic's clients ask",
    ref('MessageRequest'),
    ref('MessageAnswer'),
    events,
    'AnthropicError',
  ),
  '/v1/messages/count_tokens': asking(
    'countTokens',
    'Count the tokens of a conversation, by a run of one',
    ref('CountRequest'),
    ref('CountAnswer'),
    {},
    'AnthropicError',
  ),
};
