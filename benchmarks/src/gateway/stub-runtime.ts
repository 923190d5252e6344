import type { ExecuteOptions, Execution, LoadedModel, Runtime } from '@isobit/exact';
import { createTextResponse, isChat, llmExact, ofKind, type Request, usageOf } from '@isobit/receipt';
import { breath, IDLE, LONG, LONG_TOKENS, WORDS } from './stub-answer.ts';

/** An engine that has its answer ready, in the place of the one for language models: what is left is what Isobit costs. */
export function stubRuntime(runtime: Runtime): Runtime {
  if (runtime.profile.name !== llmExact.name) return runtime;
  const model: LoadedModel = { execute, async [Symbol.asyncDispose]() {} };
  return {
    profile: runtime.profile,
    engine: { name: 'stub', version: '1' },
    takes: (manifest) => runtime.takes(manifest),
    load: async () => model,
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}

async function execute(request: Request, { onPiece, signal }: ExecuteOptions = {}): Promise<Execution> {
  const { prompt } = ofKind(request, 'text');
  const content = isChat(prompt) ? prompt.messages.at(-1)?.content : '';
  const words =
    content === LONG
      ? Array.from({ length: LONG_TOKENS }, (_, i) => WORDS[i % WORDS.length] as string)
      : WORDS;
  const tokens = words.map((_, i) => i + 2);
  if (onPiece)
    for (const [i, text] of words.entries()) {
      onPiece({ choice: 0, tokens: [i + 2], text });
      if (content === IDLE) await ended(signal);
      if (content !== LONG || i % 64 === 0) await breath();
    }
  const response = createTextResponse({
    promptTokens: 9,
    choices: [{ text: words.join(''), tokens, finish: 'stop' }],
  });
  return { response, usage: usageOf(request, response) };
}

const ended = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
