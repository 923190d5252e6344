/** Element types of GGUF tensors that the profile knows (section 5), by their name in ggml. */
export const weightTypes = {
  F32: { id: 0, elements: 1, bytes: 4 },
  F16: { id: 1, elements: 1, bytes: 2 },
  Q4_0: { id: 2, elements: 32, bytes: 18 },
  Q4_1: { id: 3, elements: 32, bytes: 20 },
  Q5_0: { id: 6, elements: 32, bytes: 22 },
  Q5_1: { id: 7, elements: 32, bytes: 24 },
  Q8_0: { id: 8, elements: 32, bytes: 34 },
  Q4_K: { id: 12, elements: 256, bytes: 144 },
  Q5_K: { id: 13, elements: 256, bytes: 176 },
  Q6_K: { id: 14, elements: 256, bytes: 210 },
  BF16: { id: 30, elements: 1, bytes: 2 },
} as const;

export type WeightType = keyof typeof weightTypes;
export type FloatType = 'F32' | 'F16' | 'BF16';
export type BlockType = Exclude<WeightType, FloatType>;

const byId: ReadonlyMap<number, WeightType> = new Map(
  Object.entries(weightTypes).map(([name, { id }]) => [id, name as WeightType]),
);

/** The type with ggml's number `id`, or undefined where the profile has none. */
export const weightTypeOf = (id: number): WeightType | undefined => byId.get(id);

export const isFloatType = (type: WeightType): type is FloatType => weightTypes[type].elements === 1;
