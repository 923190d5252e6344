import { isCoded, sha256, utf8 } from '@isobit/core';
import { Budget } from './budget.ts';
import type { ChatTemplate, Conversation } from './chat-template.ts';
import { type CompiledTemplate, compile } from './compile.ts';
import type { Value } from './engine.ts';
import { BoundedInterpreter, createScope } from './interpreter.ts';
import { strftime } from './strftime.ts';
import { excessive, faulty, refused, textOf, toFunction, toValue } from './values.ts';
import { variablesOf } from './variables.ts';

export interface ChatTemplateOptions {
  /** Jinja. */
  readonly template: string;
  /** Takes its place for conversations with tools: a template that a model names `tool_use`. */
  readonly toolTemplate?: string;
  /** Texts of these tokens. */
  readonly bos?: string;
  readonly eos?: string;
}

/** SHA-256 of a template's UTF-8: `chatTemplate` of a manifest. */
export const chatTemplateDigest = (template: string): Uint8Array => sha256(utf8(template));

/**
 * A model's template, ready to render (specs/chat-template.md).
 *
 * @throws CodedError `TEMPLATE_INVALID`, `TEMPLATE_LIMIT`
 */
export function createChatTemplate({ template, toolTemplate, bos, eos }: ChatTemplateOptions): ChatTemplate {
  const plain = compile(template);
  const withTools = toolTemplate === undefined ? plain : compile(toolTemplate);
  const tokens = {
    ...(bos === undefined ? {} : { bos_token: bos }),
    ...(eos === undefined ? {} : { eos_token: eos }),
  };
  return {
    digest: chatTemplateDigest(template),
    render: (conversation) => render(conversation.tools ? withTools : plain, conversation, tokens),
  };
}

function render(compiled: CompiledTemplate, conversation: Conversation, tokens: object): string {
  const budget = new Budget();
  const variables = { ...variablesOf(conversation), ...tokens };
  try {
    const scope = createScope(variables, budget);
    scope.setVariable(
      'raise_exception',
      toFunction(({ placed: [message] }) => raise(message)),
    );
    scope.setVariable(
      'strftime_now',
      toFunction(({ placed: [format] }) =>
        toValue(strftime(conversation.now, textOf(format, 'a format of strftime_now'))),
      ),
    );
    const interpreter = new BoundedInterpreter(scope, budget, compiled);
    return textOf(interpreter.run(compiled.program), 'the prompt').toWellFormed();
  } catch (error) {
    throw wrap(error);
  }
}

function raise(message: Value | undefined): never {
  const text = message?.type === 'StringValue' ? (message.value as string) : 'no reason given';
  throw refused(`the chat template refuses this conversation: ${text.slice(0, MESSAGE_LENGTH)}`);
}

/** Of a template's own words, as much as a person reads. */
const MESSAGE_LENGTH = 500;

function wrap(error: unknown): unknown {
  if (isCoded(error)) return error;
  // Everything that grows is bounded before; a host with a smaller stack than any says so rather than crash.
  if (error instanceof RangeError) return excessive('more than the host can hold');
  return faulty(error instanceof Error ? error.message : String(error), error);
}
