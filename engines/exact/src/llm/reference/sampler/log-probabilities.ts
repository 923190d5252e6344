import { log64 } from '../math/double.ts';
import { larger, sub } from '../math/f32.ts';
import { exp } from '../math/functions.ts';
import { requireFinite } from './adjust.ts';

/**
 * The logarithm of each token's probability, binary32 (section 11.5): of the model's own logits, before penalties,
 * bias, mask and temperature.
 *
 * @throws CodedError `RUN_NOT_FINITE`
 */
export function logProbabilities(logits: Float32Array): Float32Array {
  requireFinite(logits);
  const greatest = logits.reduce(larger, Number.NEGATIVE_INFINITY);
  const weights = logits.reduce((sum, logit) => sum + Math.floor(exp(sub(logit, greatest)) * 2 ** 32), 0);
  const shift = Math.fround(log64(weights * 2 ** -32));
  return logits.map((logit) => sub(sub(logit, greatest), shift));
}
