/** What a question may say of its answer; absent: the model's own. */
export interface ChatSettings {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Tokens of the answer at most. */
  readonly maxTokens?: number;
  readonly seed?: number;
  stop?: string[];
  /** More members of a body of OpenAI's chat API, such as `logit_bias`. */
  readonly modelKwargs?: Readonly<Record<string, unknown>>;
}

/** As members of a body of OpenAI's chat API; those that are absent are undefined. */
export const settingsBody = ({
  temperature,
  topP,
  topK,
  maxTokens,
  seed,
  stop,
  modelKwargs,
}: ChatSettings): object => ({
  temperature,
  top_p: topP,
  top_k: topK,
  max_tokens: maxTokens,
  seed,
  stop,
  ...modelKwargs,
});
