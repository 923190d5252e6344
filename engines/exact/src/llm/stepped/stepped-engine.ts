import { throwIfAborted } from '../../errors.ts';
import { createAnswer, goesOn } from '../answer/answer.ts';
import { drawReference } from '../reference/draw.ts';
import type { TokenEngine, TokenStep } from '../token-engine.ts';

/** A sequence in an engine that gives the logits after the last of the tokens it is fed. */
export interface Stepper extends AsyncDisposable {
  /** @param tokens at least one @returns one value for each token of the vocabulary */
  feed(tokens: readonly number[], signal?: AbortSignal): Promise<Float32Array>;
}

export interface SteppedEngineOptions {
  readonly vocabulary: number;
  readonly context: number;
  /** A sequence of its own for one answer; waits where all are taken. */
  open(signal?: AbortSignal): Promise<Stepper>;
  close(): Promise<void>;
}

/**
 * The port `TokenEngine` over an engine that does only the passes: tokens are chosen as the profile llm-exact-1
 * says (section 11). A check feeds the answer token by token, as the answer was made.
 */
export function createSteppedEngine({ vocabulary, context, open, close }: SteppedEngineOptions): TokenEngine {
  const size = { vocabulary, context };
  return {
    ...size,
    async *generate(request, { signal } = {}) {
      const answer = createAnswer(request, size, drawReference);
      await using sequence = await open(signal);
      let fresh = request.prompt;
      while (!answer.ended) {
        const step = answer.next(await sequence.feed(fresh, signal));
        yield step;
        fresh = [step.token];
      }
    },
    async check(request, claims, { signal } = {}) {
      const answer = createAnswer(request, size, drawReference);
      await using sequence = await open(signal);
      const steps: TokenStep[] = [];
      let fresh = request.prompt;
      while (!answer.ended) {
        throwIfAborted(signal, 'the check');
        const found = answer.compare(await sequence.feed(fresh, signal), claims[steps.length]);
        if ('difference' in found) return { steps, difference: found.difference };
        steps.push(found.step);
        fresh = [found.step.token];
      }
      const difference = goesOn(answer, claims);
      return difference ? { steps, difference } : { steps };
    },
    [Symbol.asyncDispose]: close,
  };
}
