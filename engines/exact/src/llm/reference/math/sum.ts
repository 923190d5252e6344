import { add } from './f32.ts';

const LANES = 32;

/**
 * SUM of profile-llm-exact-1 section 3: 32 accumulators, each taking every 32nd value in ascending order, then
 * folded by halves.
 */
export function sum(values: Float32Array): number {
  const lanes = new Float32Array(LANES);
  for (const [i, value] of values.entries()) lanes[i % LANES] = add(lanes[i % LANES] as number, value);
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let j = 0; j < half; j++) lanes[j] = add(lanes[j] as number, lanes[j + half] as number);
  }
  return lanes[0] as number;
}
