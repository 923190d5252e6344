import { exactError } from '../../errors.ts';
import { isObject, type JsonObject } from './read-json.ts';

/**
 * Reads a configuration member by member, each checked, and remembers which were read. A member that is `null` is as
 * if it were absent.
 */
export interface Configuration {
  /** An integer from `least` (1) to 2^31 - 1. */
  count(key: string, options?: { least?: number }): number;
  optionalCount(key: string, options?: { least?: number }): number | undefined;
  /** Finite and above 0, as a binary32 too. */
  float(key: string): number;
  optionalFloat(key: string): number | undefined;
  text(key: string): string | undefined;
  texts(key: string): readonly string[] | undefined;
  flag(key: string, otherwise: boolean): boolean;
  part(key: string): Configuration | undefined;
  /** Whether the member is there at all, `null` or not. */
  states(key: string): boolean;
  /** Members that say nothing about the numbers of a run. */
  ignore(keys: Iterable<string>): void;
  /** The member must say this where it is there. */
  expect(key: string, ...values: readonly unknown[]): void;
  /** @throws CodedError `MODEL_ARCHITECTURE` a member was not read */
  end(): void;
}

/**
 * @param file name of the file, for messages
 * @throws CodedError `MODEL_METADATA` for each absent or unsuitable member, when it is read
 */
export function createConfiguration(members: JsonObject, file: string): Configuration {
  const read = new Set<string>();
  const wrong = (key: string, what: string) =>
    exactError('MODEL_METADATA', `${key} of ${file} ${what}: fetch the model again`, { key });
  const undescribed = (key: string, value: unknown) =>
    exactError(
      'MODEL_ARCHITECTURE',
      `${file} states ${JSON.stringify(key.slice(0, 80))}: ${shown(value)}, which this profile does not describe`,
      { key },
    );

  function value(key: string): unknown {
    read.add(key);
    return Object.hasOwn(members, key) ? (members[key] ?? undefined) : undefined;
  }

  function optionalCount(key: string, { least = 1 } = {}): number | undefined {
    const found = value(key);
    if (found === undefined) return undefined;
    if (Number.isSafeInteger(found) && (found as number) >= least && (found as number) <= 0x7fffffff)
      return found as number;
    throw wrong(key, `is ${shown(found)}, no integer from ${least} to 2^31 - 1`);
  }

  function optionalFloat(key: string): number | undefined {
    const found = value(key);
    if (found === undefined) return undefined;
    const rounded = typeof found === 'number' ? Math.fround(found) : Number.NaN;
    if (Number.isFinite(rounded) && rounded > 0) return found as number;
    throw wrong(key, `is ${shown(found)}, no number above 0 that a binary32 can hold`);
  }

  const configuration: Configuration = {
    optionalCount,
    optionalFloat,
    count(key, options) {
      const found = optionalCount(key, options);
      if (found === undefined) throw wrong(key, 'is absent');
      return found;
    },
    float(key) {
      const found = optionalFloat(key);
      if (found === undefined) throw wrong(key, 'is absent');
      return found;
    },
    text(key) {
      const found = value(key);
      if (found === undefined || typeof found === 'string') return found;
      throw wrong(key, `is ${shown(found)}, no text`);
    },
    texts(key) {
      const found = value(key);
      if (found === undefined) return undefined;
      if (Array.isArray(found) && found.every((item) => typeof item === 'string')) return found;
      throw wrong(key, `is ${shown(found)}, no list of texts`);
    },
    flag(key, otherwise) {
      const found = value(key);
      if (found === undefined) return otherwise;
      if (typeof found === 'boolean') return found;
      throw wrong(key, `is ${shown(found)}, neither true nor false`);
    },
    part(key) {
      const found = value(key);
      if (found === undefined) return undefined;
      if (isObject(found)) return createConfiguration(found, `${key} of ${file}`);
      throw wrong(key, `is ${shown(found)}, no object`);
    },
    states: (key) => Object.hasOwn(members, key),
    ignore(keys) {
      for (const key of keys) read.add(key);
    },
    expect(key, ...values) {
      const found = value(key);
      if (found !== undefined && !values.includes(found)) throw undescribed(key, found);
    },
    end() {
      for (const [key, found] of Object.entries(members))
        if (!read.has(key) && found !== null) throw undescribed(key, found);
    },
  };
  return configuration;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? '').slice(0, 80);
