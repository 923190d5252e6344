/** A message of a request of kind "text" (specs/request.md). */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly toolCallId?: string;
}

/** A tool of such a request; `parameters` is a JSON Schema as JSON text. */
export interface ChatTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: string;
}

/** What a template is rendered from. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ChatTool[];
  /** The template's clock: milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** Whether the text ends with the beginning of an answer. Absent: true. */
  readonly addGenerationPrompt?: boolean;
}

/** A model's chat template, ready to render (specs/chat-template.md). */
export interface ChatTemplate {
  /** SHA-256 of the template's UTF-8 text: `chatTemplate` of the manifest. */
  readonly digest: Uint8Array;
  /**
   * The prompt, to be tokenized with `special` and `whole`.
   *
   * @throws CodedError `TEMPLATE_INVALID`, `TEMPLATE_LIMIT`, `TEMPLATE_REFUSED`
   */
  render(conversation: Conversation): string;
}
