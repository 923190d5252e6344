import type { Evidence } from '@isobit/receipt';
import { type ClaimName, judge, type Verdict } from '@isobit/verify';
import { AnswerError } from './errors.ts';

/**
 * How far an answer is checked before it is handed over: not at all, who signed it, that the worker's log holds it, and
 * besides the signature what it says, by running it again here or by having a second worker run it.
 */
export type Check = 'none' | 'signature' | 'inclusion' | 'replay' | 'peer';

/** Claims that must be verified for a level to be reached. */
export const wantedClaims: Record<Check, readonly ClaimName[]> = {
  none: [],
  signature: ['integrity', 'signer'],
  inclusion: ['integrity', 'signer', 'log'],
  replay: ['integrity', 'signer', 'model', 'execution'],
  peer: ['integrity', 'signer', 'model', 'execution'],
};

/** @throws AnswerError where a claim that the level wants is refuted or could not be checked */
export function refuseUnlessHolds(check: Check, evidence: Evidence, verdict: Verdict): void {
  if (check === 'none') return;
  const result = judge(verdict, wantedClaims[check]);
  if (result === 'holds') return;
  const guilty = guiltyClaim(verdict, check);
  const what = `${guilty?.claim}: ${guilty?.detail}`;
  if (result === 'refuted')
    throw new AnswerError(
      'ANSWER_REFUTED',
      `the answer of ${evidence.receipt.worker} is withheld, since it is refuted. ${what}`,
      evidence,
      verdict,
    );
  throw new AnswerError(
    'ANSWER_UNCHECKED',
    `the answer of ${evidence.receipt.worker} is withheld, since it could not be checked to the level "${check}". ${what}`,
    evidence,
    verdict,
  );
}

/** The first claim for which an answer is withheld: a refuted one, else one that the level wants and that is unchecked. */
export const guiltyClaim = ({ claims }: Verdict, check: Check): Verdict['claims'][number] | undefined =>
  claims.find(({ status }) => status === 'refuted') ??
  claims.find(({ claim, status }) => status === 'unchecked' && wantedClaims[check].includes(claim));
