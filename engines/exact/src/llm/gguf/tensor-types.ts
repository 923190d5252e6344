import { type WeightType, weightTypeOf, weightTypes } from '../reference/weights/weight-type.ts';

/** How a tensor's elements lie in a file: rows are whole blocks. */
export interface TensorType<Name extends string = string> {
  readonly name: Name;
  /** Elements and bytes of a block. */
  readonly elements: number;
  readonly bytes: number;
}

/** The type with ggml's number `id`, or undefined where a reader has none. */
export type TensorTypes<Name extends string> = (id: number) => TensorType<Name> | undefined;

/** The types that the profile llm-exact-1 describes. */
export const exactTypes: TensorTypes<WeightType> = (id) => {
  const name = weightTypeOf(id);
  return name && { name, ...weightTypes[name] };
};

/** The others of ggml, of which no more is known here than their size. */
const others: readonly (readonly [id: number, name: string, elements: number, bytes: number])[] = [
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 56],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
];

const otherTypes: ReadonlyMap<number, TensorType> = new Map(
  others.map(([id, name, elements, bytes]) => [id, { name, elements, bytes }]),
);

/** Every type that files of models hold. */
export const allTypes: TensorTypes<string> = (id) => exactTypes(id) ?? otherTypes.get(id);
