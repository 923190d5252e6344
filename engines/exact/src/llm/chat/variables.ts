import type { ChatMessage, ChatTool, Conversation } from './chat-template.ts';
import { templateLimits } from './limits.ts';
import { refused } from './values.ts';

/** A conversation as templates know it (specs/chat-template.md section 2). */
export function variablesOf({ messages, tools, addGenerationPrompt = true }: Conversation) {
  return {
    messages: messages.map(messageOf),
    tools: tools === undefined ? null : tools.map(toolOf),
    documents: null,
    add_generation_prompt: addGenerationPrompt,
  };
}

function messageOf({ role, content, name, toolCalls, toolCallId }: ChatMessage, index: number) {
  return {
    role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(toolCalls === undefined
      ? {}
      : {
          tool_calls: toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: {
              name: call.name,
              arguments: parse(call.arguments, `arguments of message ${index}'s call of ${call.name}`),
            },
          })),
        }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

const toolOf = ({ name, description, parameters }: ChatTool) => ({
  type: 'function',
  function: {
    name,
    ...(description === undefined ? {} : { description }),
    parameters:
      parameters === undefined
        ? { type: 'object', properties: {} }
        : parse(parameters, `parameters of the tool ${name}`),
  },
});

function parse(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(`the ${what} are no JSON`);
  }
  checkDepth(value, what, templateLimits.jsonDepth);
  return value;
}

function checkDepth(value: unknown, what: string, left: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw refused(`the ${what} nest deeper than ${templateLimits.jsonDepth}`);
  for (const each of Object.values(value)) checkDepth(each, what, left - 1);
}
