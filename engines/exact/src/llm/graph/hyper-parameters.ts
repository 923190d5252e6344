import { exactError } from '../../errors.ts';
import type { Metadata, MetadataValue } from '../gguf/read-metadata.ts';

/** Reads a model's hyper-parameters, `<architecture>.<key>`, each checked; remembers which were read. */
export interface HyperParameters {
  readonly architecture: string;
  /** An integer from `least` to 2^31 - 1; the default where the key is absent. */
  count(key: string, options?: { least?: number; otherwise?: number }): number;
  /** A finite float above `above` (0); the default where the key is absent. */
  float(key: string, options?: { above?: number; otherwise?: number }): number;
  optionalFloat(key: string): number | undefined;
  text(key: string, otherwise: string): string;
  flag(key: string, otherwise: boolean): boolean;
  /** Keys that say nothing about the numbers. */
  ignore(...keys: string[]): void;
  /** @throws CodedError `MODEL_ARCHITECTURE` a key of the architecture was not read */
  end(): void;
}

const wrong = (key: string, what: string) =>
  exactError('MODEL_METADATA', `the model's ${key} ${what}; convert the model again`, { key });

/** @throws CodedError `MODEL_METADATA` for each absent or unsuitable value, when it is read */
export function createHyperParameters(metadata: Metadata): HyperParameters {
  const named = metadata.get('general.architecture');
  if (named?.type !== 'string') throw wrong('general.architecture', 'is absent or no string');
  const architecture = named.value;
  const read = new Set<string>();

  function value<Type extends MetadataValue['type']>(key: string, type: Type) {
    const name = `${architecture}.${key}`;
    read.add(name);
    const found = metadata.get(name);
    if (found && found.type !== type) throw wrong(name, `is no ${type}`);
    return { name, found: found as Extract<MetadataValue, { type: Type }> | undefined };
  }

  function optionalFloat(key: string, above = 0): number | undefined {
    const { name, found } = value(key, 'float');
    if (found && !(Number.isFinite(found.value) && found.value > above))
      throw wrong(name, `is ${found.value}, not finite or not above ${above}`);
    return found?.value;
  }

  return {
    architecture,
    count(key, { least = 1, otherwise } = {}) {
      const { name, found } = value(key, 'integer');
      if (!found && otherwise !== undefined) return otherwise;
      if (!found) throw wrong(name, 'is absent');
      if (found.value < BigInt(least) || found.value > 0x7fffffffn)
        throw wrong(name, `is ${found.value}, not from ${least} to 2^31 - 1`);
      return Number(found.value);
    },
    float(key, { above, otherwise } = {}) {
      const found = optionalFloat(key, above) ?? otherwise;
      if (found === undefined) throw wrong(`${architecture}.${key}`, 'is absent');
      return found;
    },
    optionalFloat,
    text: (key, otherwise) => value(key, 'string').found?.value ?? otherwise,
    flag: (key, otherwise) => value(key, 'bool').found?.value ?? otherwise,
    ignore(...keys) {
      for (const key of keys) read.add(`${architecture}.${key}`);
    },
    end() {
      for (const key of metadata.keys()) {
        if (!key.startsWith(`${architecture}.`) || read.has(key)) continue;
        throw exactError(
          'MODEL_ARCHITECTURE',
          `the model states ${JSON.stringify(key)}, which this profile does not describe: use profile llama-wasm-1 or fast`,
          { key },
        );
      }
    },
  };
}
