import { isToken } from '../graph/check-tokens.ts';
import type { TokenDifference, TokenRequest, TokenStep } from '../token-engine.ts';
import { checkRequest } from './check-request.ts';

/** What is asked of the logits of one step. */
export interface Draw {
  readonly request: TokenRequest;
  /** Prompt and answer so far. */
  readonly before: readonly number[];
  /** Bits of the tokens that a grammar allows; absent: all. */
  readonly allowed?: Uint32Array;
  /** A token of the vocabulary to compare with: asks for the margin. */
  readonly claimed?: number;
}

/** A token drawn. */
export interface Drawn {
  readonly step: TokenStep;
  /** Logit of the drawn token less that of the claimed one, after penalties and bias. */
  readonly margin: number | undefined;
}

/** Chooses the next token from logits, however an engine holds them (section 11). */
export type Drawer<Logits> = (logits: Logits, draw: Draw) => Drawn;

export type Comparison = { readonly step: TokenStep } | { readonly difference: TokenDifference };

/** How far an answer is. */
export interface AnswerState {
  /** Prompt and answer so far. */
  readonly tokens: readonly number[];
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens of the answer at most. */
  readonly limit: number;
  /** Whether no further token comes. */
  readonly ended: boolean;
}

/** An answer that grows token by token, or that is compared with one that is claimed. */
export interface Answer<Logits> extends AnswerState {
  /** The next token; the answer has not ended. */
  next(logits: Logits): TokenStep;
  /** The next token against the one that is claimed, undefined where the claimed answer has no more. */
  compare(logits: Logits, claimed: number | undefined): Comparison;
}

/** @throws CodedError as `checkRequest` */
export function createAnswer<Logits>(
  request: TokenRequest,
  model: { readonly vocabulary: number; readonly context: number },
  draw: Drawer<Logits>,
): Answer<Logits> {
  checkRequest(request, model);
  const { prompt, ends, constraint, stop } = request;
  const limit = Math.min(request.most, model.context - prompt.length);
  const tokens = [...prompt];
  let stopped = false;

  function choose(logits: Logits, claimed?: number): Drawn {
    const allowed = constraint?.allowed();
    return draw(logits, {
      request,
      before: tokens,
      ...(allowed ? { allowed } : {}),
      ...(claimed !== undefined && isToken(claimed, model.vocabulary) ? { claimed } : {}),
    });
  }

  function accept(step: TokenStep): TokenStep {
    tokens.push(step.token);
    constraint?.accept(step.token);
    const byText = stop?.accept(step.token) ?? false;
    stopped = byText || (ends?.has(step.token) ?? false);
    return step;
  }

  return {
    tokens,
    prompt: prompt.length,
    limit,
    get ended() {
      return stopped || tokens.length - prompt.length >= limit;
    },
    next: (logits) => accept(choose(logits).step),
    compare(logits, claimed) {
      const { step, margin } = choose(logits, claimed);
      if (step.token === claimed) return { step: accept(step) };
      const { token: computed, logits: digest } = step;
      const index = tokens.length - prompt.length;
      return { difference: { index, claimed, computed, margin, ...(digest ? { logits: digest } : {}) } };
    },
  };
}

/** The difference of an answer that goes on after its end, or undefined where it does not. */
export function goesOn(answer: AnswerState, claims: readonly number[]): TokenDifference | undefined {
  const index = answer.tokens.length - answer.prompt;
  if (claims.length <= index) return undefined;
  return { index, claimed: claims[index], computed: undefined, margin: undefined };
}

/**
 * The tokens that a check has to run before the last logits that it needs: behind a token that does not exist, or
 * beyond the answer's greatest length, nothing is compared.
 */
export function claimsToRun(
  answer: AnswerState,
  claims: readonly number[],
  vocabulary: number,
): readonly number[] {
  const unknown = claims.findIndex((token) => !isToken(token, vocabulary));
  const known = unknown < 0 ? claims : claims.slice(0, unknown);
  return known.slice(0, Math.max(0, answer.limit - 1));
}
