import { field, fromHex, limits, taggedDigest } from '@isobit/core';
import * as v from 'valibot';
import { decimalSchema, floatOfDecimal } from '../decimal.ts';

const TOKEN_ID = /^(?:0|[1-9][0-9]{0,8})$/;
const SEED = /^(?:0|[1-9][0-9]{0,19})$/;

const logitBias = v.custom<{ readonly [token: string]: string }>(
  isBiasTable,
  `must be an object of 1 to ${limits.textBiases} token ids with decimals`,
);

function isBiasTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.length <= limits.textBiases &&
    entries.every(([token, bias]) => TOKEN_ID.test(token) && v.is(decimalSchema, bias))
  );
}

/** How tokens are chosen; what is absent changes nothing (specs/request.md section 4.2). */
export const samplingSchema = v.strictObject({
  temperature: v.optional(decimalSchema),
  topK: v.optional(field.count),
  topP: v.optional(decimalSchema),
  minP: v.optional(decimalSchema),
  repeatPenalty: v.optional(decimalSchema),
  presencePenalty: v.optional(decimalSchema),
  frequencyPenalty: v.optional(decimalSchema),
  penaltyWindow: v.optional(field.count),
  logitBias: v.optional(logitBias),
  /** Of 64 bits, in decimal; from the salt where absent. */
  seed: v.optional(
    v.pipe(
      v.string(),
      v.regex(SEED, 'must be a decimal integer'),
      v.check((seed) => BigInt(seed) < 2n ** 64n, 'must be below 2^64'),
    ),
  ),
});

export type Sampling = v.InferOutput<typeof samplingSchema>;

/** The numbers of specs/profile-llm-exact-1.md section 11. Floats are binary32; their ranges are the engine's to check. */
export interface SamplingNumbers {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repeatPenalty?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly penaltyWindow?: number;
  readonly logitBias?: ReadonlyMap<number, number>;
  readonly seed: bigint;
}

const DECIMALS = [
  'temperature',
  'topP',
  'minP',
  'repeatPenalty',
  'presencePenalty',
  'frequencyPenalty',
] as const;

/**
 * What a request's `sampling` says, in numbers. Pure: worker, client and verifier find the same.
 *
 * @param salt the request's, 64 hex characters: it gives the seed where none is asked for
 */
export function samplingNumbers(sampling: Sampling | undefined, salt: string): SamplingNumbers {
  const { topK, penaltyWindow, logitBias, seed } = sampling ?? {};
  const floats = DECIMALS.flatMap((name) => {
    const decimal = sampling?.[name];
    return decimal === undefined ? [] : [[name, floatOfDecimal(decimal)] as const];
  });
  const biases = logitBias && Object.entries(logitBias);
  return {
    ...Object.fromEntries(floats),
    ...(topK === undefined ? {} : { topK }),
    ...(penaltyWindow === undefined ? {} : { penaltyWindow }),
    ...(biases
      ? { logitBias: new Map(biases.map(([token, bias]) => [Number(token), floatOfDecimal(bias)])) }
      : {}),
    seed: seed === undefined ? seedOfSalt(salt) : BigInt(seed),
  };
}

const NOTHING = new Uint8Array(0);

/** The first 8 bytes, little-endian, of `digest("isobit/seed/1", salt, empty)` (section 11.4). */
export function seedOfSalt(salt: string): bigint {
  const digest = taggedDigest('isobit/seed/1', fromHex(salt), NOTHING);
  return new DataView(digest.buffer, digest.byteOffset).getBigUint64(0, true);
}
