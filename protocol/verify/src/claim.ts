import type { Claim, ClaimName, Method, Reason } from './verdict.ts';

type Extra = Partial<Pick<Claim, 'by' | 'difference' | 'operator'>>;

export const verified = (claim: ClaimName, method: Method, detail: string, extra: Extra = {}): Claim => ({
  claim,
  status: 'verified',
  method,
  by: 'you',
  detail,
  ...extra,
});

export const refuted = (
  claim: ClaimName,
  method: Method,
  reason: Reason,
  detail: string,
  extra: Extra = {},
): Claim => ({
  claim,
  status: 'refuted',
  method,
  reason,
  by: 'you',
  detail,
  ...extra,
});

export const unchecked = (claim: ClaimName, reason: Reason, detail: string): Claim => ({
  claim,
  status: 'unchecked',
  reason,
  detail,
});
