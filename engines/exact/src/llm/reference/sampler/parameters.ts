import { exactError } from '../../../errors.ts';

/** How a token is chosen (section 11). Absent members change nothing. Numbers are rounded to binary32. */
export interface SamplingParameters {
  /** 0 to 100; 0 takes the likeliest. Absent: 1. */
  readonly temperature?: number;
  /** Candidates kept, the likeliest first. Absent: all. */
  readonly topK?: number;
  /** Above 0, to 1: share of the probability that is kept. */
  readonly topP?: number;
  /** 0 to 1: least probability against the likeliest. */
  readonly minP?: number;
  /** Above 0, to 10: divides the logits of tokens that occurred. */
  readonly repeatPenalty?: number;
  /** -2 to 2: taken from the logits of tokens that occurred, once. */
  readonly presencePenalty?: number;
  /** -2 to 2: taken for each time that they occurred. */
  readonly frequencyPenalty?: number;
  /** Tokens back to which penalties look, prompt included. Absent: all. */
  readonly penaltyWindow?: number;
  /** Added to logits, by token id: -100 to 100. */
  readonly logitBias?: ReadonlyMap<number, number>;
  /** 0 to 2^64 - 1. */
  readonly seed: bigint;
}

const ranges = {
  temperature: [0, 100],
  topP: [Number.MIN_VALUE, 1],
  minP: [0, 1],
  repeatPenalty: [Number.MIN_VALUE, 10],
  presencePenalty: [-2, 2],
  frequencyPenalty: [-2, 2],
} as const;

/** @throws CodedError `SAMPLING_INVALID` */
export function checkParameters(parameters: SamplingParameters, vocabulary: number): void {
  const refuse = (name: string, what: string): never => {
    throw exactError('SAMPLING_INVALID', `sampling: ${name} ${what}; correct the request`, { name });
  };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = parameters[name as keyof typeof ranges];
    if (value === undefined) continue;
    // Rounded first: what is above zero and rounds to zero is out of range.
    const rounded = Math.fround(value);
    if (!(rounded >= least && rounded <= most)) refuse(name, `is ${value}, outside its range up to ${most}`);
  }
  for (const name of ['topK', 'penaltyWindow'] as const) {
    const value = parameters[name];
    const least = name === 'topK' ? 1 : 0;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
      refuse(name, `is ${value}, no integer of at least ${least}`);
  }
  for (const [token, bias] of parameters.logitBias ?? []) {
    if (!Number.isInteger(token) || token < 0 || token >= vocabulary)
      refuse('logitBias', `names token ${token}, which the model does not have`);
    if (!(bias >= -100 && bias <= 100)) refuse('logitBias', `of token ${token} is ${bias}, beyond 100`);
  }
  if (parameters.seed < 0n || parameters.seed >= 2n ** 64n) refuse('seed', 'is not from 0 to 2^64 - 1');
}
