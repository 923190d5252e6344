import type { Vector } from '../vectors.ts';
import { hex32, hex64 } from '../vectors.ts';
import { type Cases, edges, make, ramp } from './case.ts';

/* Section 4. */

const of32 = (name: string, x: readonly number[]): Vector => make('function', name, { name, x: hex32(x) });
const of64 = (name: string, x: readonly number[]): Vector =>
  make('function64', `${name} of binary64`, { name, x: x.map(hex64).join(' ') });

export const functions: Cases = {
  'function-exp': of32('exp', [...edges, 88, 88.00001, -87, -87.00001, ...ramp(40, -87, 88)]),
  'function-tanh': of32('tanh', [...edges, 0.625, -0.62499994, ...ramp(40, -10, 10)]),
  'function-erf': of32('erf', [...edges, 0.99999994, 2, -2, ...ramp(40, -4, 4)]),
  'function-silu': of32('silu', [...edges, ...ramp(40, -90, 20)]),
  'function-gelu-erf': of32('gelu-erf', [...edges, ...ramp(40, -6, 6)]),
  'function-gelu-tanh': of32('gelu-tanh', [...edges, ...ramp(40, -6, 6)]),
  'soft-cap': make('soft-cap', 'a cap of 30', {
    cap: hex32([30]),
    x: hex32([...edges, ...ramp(20, -90, 90)]),
  }),
  'function64-exp': of64('exp', [0, -0, ...ramp(20, -25, 5)]),
  'function64-log': of64('log', [1, 10_000, 500_000, 2 ** 0.5, 0.5, ...ramp(10, 0.001, 50)]),
  'function64-sin': of64('sin', [0, ...ramp(20, 0, 7), ...ramp(10, 1000, 2 ** 19)]),
  'function64-cos': of64('cos', [0, ...ramp(20, 0, 7), ...ramp(10, 1000, 2 ** 19)]),
};
