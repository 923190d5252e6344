import { floatTypeIds } from '@isobit/kernels';
import type { Machine } from '../memory/machine.ts';
import type { PlacedLinear } from '../memory/place-tensors.ts';
import type { Team } from '../threads/team.ts';

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

/** Where products go, and with what they are made. */
export interface Product {
  readonly activations: Activations;
  /** Of this thread. */
  readonly scratch: number;
}

/** Rows `from` to `to` of a matrix times each row of activations, and the bias where there is one, into rows of `y`. */
export function multiplyRows(
  { kernels }: Machine,
  linear: PlacedLinear,
  { activations, scratch }: Product,
  y: number,
  from: number,
  to: number,
): void {
  const { type, rows, columns, at } = linear.matrix;
  const input = isFloat(linear) ? activations.floats : activations.quantised;
  kernels.matmul(type, at, from, to, columns, input, activations.rows, y, 4 * rows, scratch);
  if (linear.bias !== undefined)
    kernels.addBias(y + 4 * from, 4 * rows, linear.bias + 4 * from, activations.rows, to - from);
}

/**
 * Products of one state with one or several matrices, the threads taking parts of their rows.
 *
 * @param then what is done with rows of the first product once they are there
 */
export function multiply(
  machine: Machine,
  team: Team,
  product: Product,
  outputs: readonly (readonly [PlacedLinear, y: number])[],
  then?: (from: number, to: number) => void,
): void {
  outputs.forEach(([linear, y], kind) => {
    team.claim(kind, linear.matrix.rows, PANEL, (from, to) => {
      multiplyRows(machine, linear, product, y, from, to);
      then?.(from, to);
    });
  });
}
