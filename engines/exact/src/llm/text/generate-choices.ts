import type { TextPiece } from '@isobit/receipt';
import type { TokenEngine, TokenStep } from '../token-engine.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { createAnswerText } from './answer-text.ts';
import { type AskedOfSteps, statedSteps } from './choice.ts';
import type { ConstraintFactory, SharedRequest } from './token-request.ts';

export interface ChoicesOptions {
  readonly engine: TokenEngine;
  readonly tokenizer: Tokenizer;
  readonly shared: SharedRequest;
  /** How many answers. */
  readonly choices: number;
  readonly stop: readonly string[];
  readonly asked: AskedOfSteps;
  readonly constraint: ConstraintFactory | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * All answers to a request, side by side. The first that fails ends the others.
 *
 * @param onPiece told of each token as it comes, with the text that it settles
 */
export async function generateChoices(
  options: ChoicesOptions,
  onPiece: (piece: TextPiece) => void,
): Promise<TokenStep[][]> {
  const { choices, signal } = options;
  const failed = new AbortController();
  const both = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const answers = Array.from({ length: choices }, (_, choice) =>
    generateOne({ ...options, signal: both }, choice, onPiece),
  );
  try {
    return await Promise.all(answers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(answers);
    throw error;
  }
}

async function generateOne(
  { engine, tokenizer, shared, stop, asked, constraint, signal }: ChoicesOptions,
  choice: number,
  onPiece: (piece: TextPiece) => void,
): Promise<TokenStep[]> {
  const text = createAnswerText(tokenizer, stop);
  const steps: TokenStep[] = [];
  const request = {
    ...shared,
    choice,
    stop: text.stop,
    ...(constraint ? { constraint: constraint() } : {}),
  };
  for await (const step of engine.generate(request, signal ? { signal } : {})) {
    steps.push(step);
    onPiece({ choice, text: text.gained(), ...statedSteps([step], tokenizer, asked) });
  }
  text.end();
  // What was held back for a stop string that did not come.
  const rest = text.gained();
  if (rest !== '') onPiece({ choice, tokens: [], text: rest });
  return steps;
}
