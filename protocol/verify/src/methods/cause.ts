import { firstTokenDifference, isTokenTrace, type Trace } from '@isobit/receipt';
import type { Difference, TokenDifference } from '../verdict.ts';

/**
 * What two traces of one request say of why their texts part: another model, or another draw.
 *
 * @returns undefined where one is absent, is none of tokens, or ends before they part
 */
export function causeOf(claimed: Trace | undefined, computed: Trace | undefined): TokenDifference['cause'] {
  if (!claimed || !computed || !isTokenTrace(claimed) || !isTokenTrace(computed)) return undefined;
  const found = firstTokenDifference(claimed, computed);
  if (found?.kind === 'logits') return 'model';
  return found?.kind === 'token' ? 'sampling' : undefined;
}

/** The difference with its cause, where it is one of tokens and the cause is known. */
export const withCause = <D extends Difference | undefined>(
  difference: D,
  cause: TokenDifference['cause'],
): D => (difference && cause && isTokenDifference(difference) ? { ...difference, cause } : difference);

export const isTokenDifference = (difference: Difference): difference is TokenDifference =>
  !('tensor' in difference) && !('member' in difference);
