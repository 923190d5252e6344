/** Limits of a chat template and why they have their values. None is a time: what is refused is refused everywhere. */
export const templateLimits = {
  /** UTF-16 units of a template: published ones reach 20,000. */
  templateLength: 2 ** 18,
  /** White space in a row in a template: its reader takes the square of that. */
  whiteSpace: 1_024,
  /** Nesting of a template's expressions and blocks: published ones reach 30. */
  nesting: 128,
  /** Nesting of a rendering: with macros that call macros. It fits any host's stack. */
  depth: 256,
  /**
   * Steps of a rendering: an expression or statement is one, and what it gives counts for its size. A conversation
   * of 4,096 messages takes some hundred thousand.
   */
  steps: 2 ** 21,
  /** UTF-16 units of a text that a rendering holds, the prompt included: as much as a tokenizer takes. */
  textLength: 2 ** 23,
  /** Values within a list or an object, counted as often as they are reached, and its nesting. */
  values: 2 ** 22,
  valueDepth: 64,
  /** Numbers of one `range`. */
  range: 100_000,
  /** Spaces of one `indent`. */
  indent: 64,
  /** Nesting of the JSON in a request's tools and arguments. */
  jsonDepth: 48,
} as const;
