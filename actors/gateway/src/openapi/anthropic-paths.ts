import { asking } from './operations.ts';
import { text } from './parts.ts';
import { ref } from './schemas.ts';

const error = 'AnthropicError';

/** Routes of Anthropic's API. */
export const anthropicPaths = {
  '/v1/messages': asking({
    operationId: 'message',
    summary: "Answer a conversation, as Anthropic's clients ask",
    body: ref('MessageRequest'),
    whole: ref('MessageAnswer'),
    streams: { 'text/event-stream': { schema: text } },
    error,
  }),
  '/v1/messages/count_tokens': asking({
    operationId: 'countTokens',
    summary: 'Count the tokens of a conversation, by a run of one',
    body: ref('CountRequest'),
    whole: ref('CountAnswer'),
    error,
  }),
};
