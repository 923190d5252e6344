import { floatToHalf } from '../../../src/llm/reference/index.ts';
import type { Vector } from '../vectors.ts';

/** Vectors by name, without what they give. */
export type Cases = Readonly<Record<string, Vector>>;

export const make = (kind: Vector['kind'], description: string, members: object): Vector => ({
  description,
  kind,
  ...members,
});

export const ramp = (length: number, from: number, to: number): number[] =>
  Array.from({ length }, (_, i) => from + ((to - from) * i) / (length - 1));

/** 4 hex digits each. */
export const halves = (values: Iterable<number>): string =>
  Array.from(values, (value) => floatToHalf(value).toString(16).padStart(4, '0')).join(' ');

/** Where functions of floats go wrong first. */
export const edges = [
  0,
  -0,
  1e-45,
  -1e-40,
  1.17549435e-38,
  1,
  -1,
  3.4028235e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
