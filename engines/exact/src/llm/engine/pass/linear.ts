import { floatTypeIds } from '@isobit/kernels';
import type { Machine } from '../memory/machine.ts';
import type { PlacedLinear } from '../memory/place-tensors.ts';
import { share, type Team } from '../threads/team.ts';

/** Rows of a matrix that the kernels compute together. */
const PANEL = 8;

/** Activations as both kinds of matrices take them: floats, and quantised. */
export interface Activations {
  readonly floats: number;
  readonly quantised: number;
  readonly columns: number;
  readonly rows: number;
}

const isFloat = ({ matrix }: PlacedLinear): boolean => floatTypeIds.has(matrix.type);

/** Quantises rows `from` to `to`, where one of the matrices that take them wants it. */
export function quantiseFor(
  { kernels }: Machine,
  linears: readonly PlacedLinear[],
  { floats, quantised, columns }: Activations,
  from: number,
  to: number,
): void {
  if (from >= to || linears.every(isFloat)) return;
  const out = quantised + from * kernels.activationBytes(columns);
  kernels.quantise(floats + 4 * columns * from, out, columns, to - from);
}

/**
 * This thread's rows of a product with each row of activations, and the bias where there is one.
 *
 * @param y rows of as many floats as the matrix has rows
 * @returns the rows of the matrix that it computed
 */
export function multiply(
  { kernels }: Machine,
  team: Team,
  linear: PlacedLinear,
  activations: Activations,
  y: number,
  scratch: number,
): readonly [number, number] {
  const { type, rows, columns, at } = linear.matrix;
  const [from, to] = share(rows, PANEL, team);
  if (from >= to) return [from, to];
  const input = isFloat(linear) ? activations.floats : activations.quantised;
  kernels.matmul(type, at, from, to, columns, input, activations.rows, y, 4 * rows, scratch);
  if (linear.bias !== undefined)
    kernels.addBias(y + 4 * from, 4 * rows, linear.bias + 4 * from, activations.rows, to - from);
  return [from, to];
}
