/** What every stub answers: words that cost nothing to find. Twenty chunks, as many tokens. */
export const WORDS: readonly string[] = Array.from({ length: 20 }, (_, i) => ` word${i}`);

/** A question that gets them, in the words of OpenAI's API. */
export const QUESTION = 'Say twenty words, please.';
/** One that gets the first of them, and then nothing until whoever asks leaves. */
export const IDLE = 'Say one word, and wait.';
/** One that gets a long answer as fast as it can be told. */
export const LONG = 'Say all that you know.';
export const LONG_TOKENS = 4_096;

export const chatBody = (model: string, content: string, stream: boolean): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      model,
      messages: [{ role: 'user', content }],
      max_tokens: LONG_TOKENS,
      temperature: 0,
      stream,
    }),
  );

/** Lets what was told leave before more is told, as where each word is a run of an engine. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
