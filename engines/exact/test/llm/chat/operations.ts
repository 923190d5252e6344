import { toHex } from '@isobit/core';
import { type Conversation, createChatTemplate } from '../../../src/llm/chat/index.ts';

/** One file of specs/vectors/chat-template. */
export interface Vector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly error?: string;
  readonly expected?: unknown;
  readonly [member: string]: unknown;
}

function render(members: Readonly<Record<string, unknown>>) {
  const { template, toolTemplate, bos, eos, conversation } = members as {
    template: string;
    toolTemplate?: string;
    bos: string;
    eos: string;
    conversation: Conversation;
  };
  const ready = createChatTemplate({
    template,
    bos,
    eos,
    ...(toolTemplate === undefined ? {} : { toolTemplate }),
  });
  return { digest: toHex(ready.digest), text: ready.render(conversation) };
}

/** What each kind of vector gives. */
export const operations = { render };
