import { randomBytes, timingSafeEqual } from 'node:crypto';
import { limits, sha256, toHex, utf8 } from '@isobit/core';
import type { AccessKey, AccessKeys, KeyLimits, StoredAccessKey } from '@isobit/store';
import { nodeError } from '../errors.ts';
import type { NodeLog } from '../node-log.ts';
import { KeyAllowance } from './key-allowance.ts';

/** What a new key is to be. */
export interface NewKey extends KeyLimits {
  readonly name: string;
  /** Milliseconds from now until it expires; never where absent. */
  readonly lifetimeMs?: number;
}

/** A key as its operator sees it. */
export type ListedKey = Omit<AccessKey, 'digest'> & { readonly tokensToday: number };

/** A key that a request shows. */
export interface ShownKey {
  readonly isExpired: boolean;
  readonly allowance: KeyAllowance;
}

export interface KeyRingOptions {
  readonly keys: AccessKeys;
  readonly report: NodeLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

interface Held {
  readonly key: StoredAccessKey;
  readonly digest: Uint8Array;
  readonly allowance: KeyAllowance;
}

/** What programs that look at the beginning of a key take for one. */
const PREFIX = 'sk-isobit-';
const SECRET_BYTES = 32;

/**
 * The keys that the operator gave to others. Only hashes are kept: a key is 256 random bits, so its plain SHA-256 can
 * no more be turned back than one that was made slow on purpose, and costs every request a microsecond.
 */
export class KeyRing implements AsyncDisposable {
  readonly #options: KeyRingOptions;
  readonly #held = new Map<string, Held>();
  /** Names whose spent tokens are not stored yet. */
  readonly #unstored = new Map<string, StoredAccessKey['spent']>();
  #storing: Promise<void> | undefined;

  /** @param kept the keys that are there */
  constructor(options: KeyRingOptions, kept: readonly StoredAccessKey[]) {
    this.#options = options;
    for (const key of kept) this.#hold(key);
  }

  /**
   * Makes a key and keeps its hash.
   *
   * @returns the key itself, which nobody can tell again
   * @throws CodedError `KEY_NAME_TAKEN`, `KEYS_FULL`
   */
  async create({ name, lifetimeMs, ...allowed }: NewKey): Promise<{ secret: string; listed: ListedKey }> {
    if (this.#held.size >= limits.accessKeys)
      throw nodeError('KEYS_FULL', `there are ${this.#held.size} keys, as many as may be: remove one first`);
    const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const created = this.#options.now();
    const key: AccessKey = {
      name,
      digest: toHex(sha256(utf8(secret))),
      created,
      ...(lifetimeMs === undefined ? {} : { expires: created + lifetimeMs }),
      ...allowed,
    };
    await this.#options.keys.add(key);
    const held = this.#hold({ ...key, spent: { day: 0, tokens: 0 } });
    return { secret, listed: listed(held) };
  }

  /** By name. */
  list(): ListedKey[] {
    return [...this.#held.values()].map(listed).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** From now on nobody is let in by it. @throws CodedError `KEY_UNKNOWN` */
  async remove(name: string): Promise<void> {
    this.#held.delete(name);
    this.#unstored.delete(name);
    if (await this.#options.keys.remove(name)) return;
    throw nodeError(
      'KEY_UNKNOWN',
      `there is no key "${name.slice(0, 80)}": isobit keys list shows those there are`,
    );
  }

  /** The key that this is. Every key is compared with it, so that the time tells nothing of which it is like. */
  find(secret: string): ShownKey | undefined {
    const digest = sha256(utf8(secret));
    let found: Held | undefined;
    for (const held of this.#held.values()) if (timingSafeEqual(held.digest, digest)) found = held;
    if (!found) return undefined;
    const { key, allowance } = found;
    return { isExpired: (key.expires ?? Number.POSITIVE_INFINITY) <= this.#options.now(), allowance };
  }

  /** Stores what is not stored yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#storing;
    await this.#store();
  }

  #hold(key: StoredAccessKey): Held {
    const { now, clock } = this.#options;
    const onSpent = (spent: StoredAccessKey['spent']): void => {
      // A key that was removed may have questions under way.
      if (this.#held.get(key.name) !== held) return;
      this.#unstored.set(key.name, spent);
      this.#storing ??= this.#store();
    };
    const held: Held = {
      key,
      digest: Buffer.from(key.digest, 'hex'),
      allowance: new KeyAllowance({ key, now, clock, onSpent }),
    };
    this.#held.set(key.name, held);
    return held;
  }

  /** One write at a time: what is spent meanwhile is in the next. */
  async #store(): Promise<void> {
    for (const [name] of this.#unstored) {
      const spent = this.#unstored.get(name);
      this.#unstored.delete(name);
      if (!spent) continue;
      await this.#options.keys.setSpent(name, spent).catch((error: unknown) => {
        this.#options.report('error', 'what a key spent is not stored', { name, error: String(error) });
      });
    }
    this.#storing = undefined;
  }
}

/** The keys that a node keeps. */
export const openKeyRing = async (options: KeyRingOptions): Promise<KeyRing> =>
  new KeyRing(options, await options.keys.list());

function listed({ key, allowance }: Held): ListedKey {
  const { digest: _, spent: __, ...rest } = key;
  return { ...rest, tokensToday: allowance.tokensToday };
}
