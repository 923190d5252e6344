import type { TokenEngine, TokenRequest } from '@isobit/exact/llm';
import { type Contestant, type LoadOptions, promptOf, timed } from './contestant.ts';

/** A contestant that is an adapter of the port `TokenEngine`. */
export function engineContestant(
  create: (path: string, options: LoadOptions) => Promise<TokenEngine>,
): Contestant {
  let engine: TokenEngine | undefined;
  let nth = 0;
  const asked = (prompt: number, most: number): TokenRequest => ({
    prompt: promptOf(prompt, nth++),
    parameters: { seed: 0n, temperature: 0 },
    most,
  });

  /** Milliseconds to the first token, and from there to the last. */
  async function told(request: TokenRequest): Promise<{ first: number; rest: number }> {
    if (!engine) throw new Error('no model is loaded');
    const started = performance.now();
    let first = started;
    let count = 0;
    for await (const _ of engine.generate(request)) if (count++ === 0) first = performance.now();
    if (count < request.most) throw new Error(`${count} tokens instead of ${request.most}`);
    return { first: first - started, rest: performance.now() - first };
  }

  return {
    async load(path, options) {
      await engine?.[Symbol.asyncDispose]();
      return timed(async () => {
        engine = await create(path, options);
      });
    },
    prefill: async (tokens) => (await told(asked(tokens, 1))).first,
    decode: async (tokens, context) => (await told(asked(context, tokens + 1))).rest,
    async together(sequences, tokens) {
      const all = Array.from({ length: sequences }, () => told(asked(8, tokens)));
      return timed(() => Promise.all(all));
    },
    async check(tokens, prompt) {
      if (!engine) throw new Error('no model is loaded');
      const request = asked(prompt, tokens);
      const answer: number[] = [];
      const made = await timed(async () => {
        for await (const { token } of (engine as TokenEngine).generate(request)) answer.push(token);
      });
      const checked = await timed(async () => {
        const { difference } = await (engine as TokenEngine).check(request, answer);
        if (difference) throw new Error(`the check differs at ${difference.index}`);
      });
      return made / checked;
    },
  };
}
