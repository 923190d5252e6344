import { logProbability, type StepProbability, tokenName } from './numbers.ts';

interface NamedProbability {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: null;
}

export interface TokenProbability extends NamedProbability {
  readonly top_logprobs: readonly NamedProbability[];
}

const named = (token: number, value: string): NamedProbability => ({
  token: tokenName(token),
  logprob: logProbability(value),
  bytes: null,
});

/** Log probabilities of a chat (specs/openai.md section 3.3): tokens are named by id, since their texts are the model's. */
export const tokenProbabilities = (
  tokens: readonly number[],
  steps: readonly StepProbability[],
): TokenProbability[] =>
  steps.map(({ value, alternatives }, at) => ({
    ...named(tokens[at] as number, value),
    top_logprobs: alternatives.map((each) => named(each.token, each.value)),
  }));

/** The same in the older form of `/v1/completions`. */
export const completionProbabilities = (tokens: readonly number[], steps: readonly StepProbability[]) => ({
  tokens: tokens.slice(0, steps.length).map(tokenName),
  token_logprobs: steps.map(({ value }) => logProbability(value)),
  top_logprobs: steps.map(({ alternatives }) =>
    Object.fromEntries(alternatives.map(({ token, value }) => [tokenName(token), logProbability(value)])),
  ),
});
