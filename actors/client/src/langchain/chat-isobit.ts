import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type {
  BaseLanguageModelInput,
  StructuredOutputMethodOptions,
} from '@langchain/core/language_models/base';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
  type BindToolsInput,
  type LangSmithParams,
} from '@langchain/core/language_models/chat_models';
import {
  assembleStructuredOutputPipeline,
  createContentParser,
  createFunctionCallingParser,
} from '@langchain/core/language_models/structured_output';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk, ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { type Client, type ClientOptions, createClient } from '../client.ts';
import { toldChat } from '../told-chat.ts';
import { chatResult, lastChunk, wordsChunk } from './answers.ts';
import { chatMessage } from './chat-messages.ts';
import { type ChatSettings, settingsBody } from './settings.ts';
import { type AnySchema, jsonSchemaOf, nameOf } from './structured-output.ts';

/** What a client is made of, or one that is there; the model, and what each question says. */
export type ChatIsobitFields = BaseChatModelParams &
  ChatSettings & {
    /** Id, or name as the node resolves it. */
    readonly model: string;
  } & (ClientOptions | { readonly client: Client });

export interface ChatIsobitCallOptions extends BaseChatModelCallOptions, ChatSettings {
  /** Tools as `bindTools` takes them. */
  readonly tools?: BindToolsInput[];
  /** As in a body of OpenAI's chat API. */
  readonly response_format?: object;
}

/**
 * A chat model of LangChain.js whose answers are checked before the chain has them. Each has receipt and verdict in
 * `response_metadata.isobit`; one that is withheld rejects with its `AnswerError`, which also ends a stream.
 * Each question is asked once, whatever `maxRetries` says: who was refuted would be asked again.
 */
export class ChatIsobit extends BaseChatModel<ChatIsobitCallOptions> {
  readonly model: string;
  readonly client: Client;
  readonly #settings: ChatSettings;

  static override lc_name(): string {
    return 'ChatIsobit';
  }

  constructor(fields: ChatIsobitFields) {
    super(fields);
    this.model = fields.model;
    this.client = 'client' in fields ? fields.client : createClient(fields);
    this.#settings = fields;
  }

  override _llmType(): string {
    return 'isobit';
  }

  override getLsParams(options: this['ParsedCallOptions']): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: 'isobit', ls_model_name: this.model };
  }

  /** The body of OpenAI's chat API without its messages. */
  override invocationParams(options?: this['ParsedCallOptions']): object {
    const { tools, tool_choice, response_format } = options ?? {};
    return {
      model: this.model,
      ...settingsBody({ ...this.#settings, ...options }),
      ...(tools && tools.length > 0 ? { tools: tools.map((tool) => convertToOpenAITool(tool)) } : {}),
      ...(tool_choice === undefined ? {} : { tool_choice: choiceOf(tool_choice) }),
      ...(response_format ? { response_format } : {}),
    };
  }

  override bindTools(
    tools: BindToolsInput[],
    kwargs?: Partial<ChatIsobitCallOptions>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, ChatIsobitCallOptions> {
    return this.withConfig({ tools, ...kwargs });
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const { signal } = options;
    const { completion } = await this.client.chat(this.#body(messages, options), signal ? { signal } : {});
    return chatResult(completion);
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const words = toldChat(this.client, this.#body(messages, options), options.signal);
    try {
      let next = await words.next();
      for (; !next.done; next = await words.next()) {
        const chunk = wordsChunk(next.value);
        yield chunk;
        await runManager?.handleLLMNewToken(next.value, undefined, undefined, undefined, undefined, {
          chunk,
        });
      }
      yield lastChunk(next.value.completion);
    } finally {
      // Who reads no further waits for no answer either.
      await words.return(undefined as never);
    }
  }

  /** By `jsonSchema`, the answer's words fit the schema; by `functionCalling`, the call that must come does. */
  override withStructuredOutput<RunOutput extends Record<string, unknown>>(
    schema: AnySchema<RunOutput>,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, RunOutput>;
  override withStructuredOutput<RunOutput extends Record<string, unknown>>(
    schema: AnySchema<RunOutput>,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: RunOutput }>;
  override withStructuredOutput<RunOutput extends Record<string, unknown>>(
    schema: AnySchema<RunOutput>,
    { method = 'jsonSchema', includeRaw, name = nameOf(schema) }: StructuredOutputMethodOptions<boolean> = {},
  ): Runnable {
    if (method === 'functionCalling') {
      const called = { type: 'function', function: { name, parameters: jsonSchemaOf(schema) } };
      const calling = this.bindTools([called], { tool_choice: name });
      return assembleStructuredOutputPipeline(calling, createFunctionCallingParser(schema, name), includeRaw);
    }
    const response_format =
      method === 'jsonMode'
        ? { type: 'json_object' }
        : { type: 'json_schema', json_schema: { name, schema: jsonSchemaOf(schema) } };
    const answering = this.withConfig({ response_format });
    return assembleStructuredOutputPipeline(answering, createContentParser(schema), includeRaw);
  }

  #body(messages: readonly BaseMessage[], options: this['ParsedCallOptions']): object {
    return { ...this.invocationParams(options), messages: messages.map(chatMessage) };
  }
}

/** `any` is LangChain's word for `required`, and another word names a tool. */
function choiceOf(choice: NonNullable<BaseChatModelCallOptions['tool_choice']>): unknown {
  if (typeof choice !== 'string' || ['auto', 'none', 'required'].includes(choice)) return choice;
  return choice === 'any' ? 'required' : { type: 'function', function: { name: choice } };
}
