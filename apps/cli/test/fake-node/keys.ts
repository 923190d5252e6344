import { CodedError } from '@isobit/core';

/** When the keys of a fake node are made: 2026-11-27, 12:00 UTC. */
const CREATED = 1_795_780_800_000;

interface FakeKey {
  readonly name: string;
  readonly models?: readonly string[];
}

/** The keys of a fake node: they are listed as a node lists them, and let nobody in. */
export class FakeKeys {
  readonly #keys = new Map<string, object>();
  readonly #idOf: (ref: string) => string;

  /** @param idOf the id of a model */
  constructor(idOf: (ref: string) => string) {
    this.#idOf = idOf;
  }

  create({ name, models, ...rest }: FakeKey & { readonly lifetimeMs?: number }): object {
    if (this.#keys.has(name))
      throw new CodedError('KEY_NAME_TAKEN', `there is a key "${name}" already: remove it first`);
    const { lifetimeMs, ...limits } = rest;
    const key = {
      name,
      created: CREATED,
      ...(lifetimeMs === undefined ? {} : { expires: CREATED + lifetimeMs }),
      ...limits,
      ...(models ? { models: models.map(this.#idOf) } : {}),
      tokensToday: 0,
    };
    this.#keys.set(name, key);
    return { ...key, key: `sk-isobit-${'A'.repeat(43)}` };
  }

  list(): object {
    return { keys: [...this.#keys.values()] };
  }

  remove(name: string): object {
    if (!this.#keys.delete(name)) throw new CodedError('KEY_UNKNOWN', `there is no key "${name}"`);
    return { name };
  }
}
