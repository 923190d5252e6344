import { exactError } from '../../../errors.ts';
import { add, div, mul, sub } from '../math/f32.ts';
import type { SamplingParameters } from './parameters.ts';

/** Tells whether a grammar allows a token here. */
export type TokenMask = (token: number) => boolean;

/** A token that may be chosen, and its logit after penalties and bias. */
export interface Candidate {
  readonly token: number;
  readonly logit: number;
}

/**
 * What penalties and bias (section 11.1) make of the logits that they change.
 *
 * @param logit what the model gave for a token
 * @param before the tokens of the sequence so far
 */
export function changes(
  logit: (token: number) => number,
  before: readonly number[],
  parameters: SamplingParameters,
): Map<number, number> {
  const found = new Map<number, number>();
  if (penalises(parameters)) {
    for (const [token, count] of occurrences(before, parameters.penaltyWindow))
      found.set(token, penalise(logit(token), count, parameters));
  }
  for (const [token, bias] of parameters.logitBias ?? [])
    found.set(token, add(found.get(token) ?? logit(token), Math.fround(bias)));
  return found;
}

/** Logits after penalties and bias (section 11.1). */
export function adjusted(
  logits: Float32Array,
  before: readonly number[],
  parameters: SamplingParameters,
): Float32Array {
  const found = logits.slice();
  for (const [token, logit] of changes((id) => logits[id] as number, before, parameters))
    found[token] = logit;
  return found;
}

/**
 * Penalties, then bias, then the mask (sections 11.1 and 11.2).
 *
 * @param before the tokens of the sequence so far
 * @returns what the mask leaves, in the order of token ids
 * @throws CodedError `RUN_NOT_FINITE`, `SAMPLING_IMPOSSIBLE`
 */
export function adjust(
  logits: Float32Array,
  before: readonly number[],
  parameters: SamplingParameters,
  mask?: TokenMask,
): Candidate[] {
  const found = adjusted(logits, before, parameters);
  requireFinite(found);
  const candidates = Array.from(found, (logit, token) => ({ token, logit }));
  const allowed = mask ? candidates.filter(({ token }) => mask(token)) : candidates;
  if (allowed.length > 0) return allowed;
  throw impossible();
}

export const impossible = () =>
  exactError(
    'SAMPLING_IMPOSSIBLE',
    'the grammar allows no token here: the model cannot answer in this form; correct the grammar',
  );

export const notFinite = (token: number) =>
  exactError(
    'RUN_NOT_FINITE',
    `the logit of token ${token} is infinite or NaN: the model overflows on this prompt`,
    { token },
  );

/** @throws CodedError `RUN_NOT_FINITE` */
export function requireFinite(logits: Float32Array): void {
  const token = logits.findIndex((logit) => !Number.isFinite(logit));
  if (token >= 0) throw notFinite(token);
}

/** Whether penalties change anything: dividing by one and taking zero away do not, but for the sign of a zero. */
const penalises = ({ repeatPenalty, frequencyPenalty, presencePenalty }: SamplingParameters): boolean =>
  Math.fround(repeatPenalty ?? 1) !== 1 || Boolean(frequencyPenalty) || Boolean(presencePenalty);

function occurrences(before: readonly number[], window = before.length): Map<number, number> {
  const counts = new Map<number, number>();
  for (const token of before.slice(Math.max(0, before.length - window)))
    counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

function penalise(logit: number, count: number, parameters: SamplingParameters): number {
  const { repeatPenalty, frequencyPenalty = 0, presencePenalty = 0 } = parameters;
  const repeat = Math.fround(repeatPenalty ?? 1);
  const divided = logit > 0 ? div(logit, repeat) : mul(logit, repeat);
  const taken = add(mul(count, Math.fround(frequencyPenalty)), Math.fround(presencePenalty));
  return sub(divided, taken);
}
