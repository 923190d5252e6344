import { field, limits } from '@isobit/core';
import * as v from 'valibot';

/** A tool that an earlier answer called. */
const toolCall = v.strictObject({
  id: field.name,
  name: field.name,
  /** JSON text: never parsed here, since what a model wrote need be no JSON. */
  arguments: field.text,
});

const message = v.strictObject({
  /** `system`, `user`, `assistant`, `tool`: what the model's template knows. */
  role: field.name,
  content: field.text,
  name: v.optional(field.name),
  toolCalls: v.optional(v.pipe(v.array(toolCall), v.minLength(1), v.maxLength(limits.chatTools))),
  /** The call that a message of a tool answers. */
  toolCallId: v.optional(field.name),
});

const tool = v.strictObject({
  name: field.name,
  description: v.optional(field.text),
  /** JSON Schema as JSON text. */
  parameters: v.optional(field.text),
});

/** Messages, put together by the model's chat template. */
const chat = v.strictObject({
  messages: v.pipe(v.array(message), v.minLength(1), v.maxLength(limits.chatMessages)),
  tools: v.optional(v.pipe(v.array(tool), v.minLength(1), v.maxLength(limits.chatTools))),
  /** What the template takes for the time. */
  now: field.time,
});

/** Text to go on with, as it is: nothing in it is read as a special token. */
const completion = v.strictObject({ text: field.text });

const tokens = v.strictObject({
  tokens: v.pipe(v.array(field.count), v.minLength(1), v.maxLength(limits.tokenList)),
});

export type ChatPrompt = v.InferOutput<typeof chat>;
export type CompletionPrompt = v.InferOutput<typeof completion>;
export type TokensPrompt = v.InferOutput<typeof tokens>;
export type Prompt = ChatPrompt | CompletionPrompt | TokensPrompt;
export type ChatMessage = ChatPrompt['messages'][number];
export type ChatTool = NonNullable<ChatPrompt['tools']>[number];

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name);

/** Exactly one of three forms, told apart by their members (specs/request.md section 4.1). */
export const promptSchema = v.lazy((value): v.GenericSchema<unknown, Prompt> => {
  if (has(value, 'messages')) return chat;
  return has(value, 'tokens') ? tokens : completion;
});

export const isChat = (prompt: Prompt): prompt is ChatPrompt => 'messages' in prompt;
export const isTokens = (prompt: Prompt): prompt is TokensPrompt => 'tokens' in prompt;
