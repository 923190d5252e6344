import { isAddress, isCoded } from '@isobit/core';
import { modelUnknown, nameClash } from '@isobit/gateway';
import { type NameRecord, openName, type Ref, type SignedName } from '@isobit/model';
import type { Names, Petnames, ResolvedName } from '@isobit/store';
import { nodeError } from '../errors.ts';
import type { NodeLog } from '../node-log.ts';

export type NameRef = Ref & { readonly kind: 'name' };

export interface KnownNamesOptions {
  readonly names: Names;
  readonly petnames: Petnames;
  readonly clock: () => number;
  readonly report: NodeLog;
}

/** Name records known here. They are all read once and again after a change: a node knows hundreds, not millions. */
export interface KnownNames {
  /** Keeps a record. One that contradicts another is kept as evidence and takes both out of use. */
  learn(signed: SignedName): Promise<void>;
  list(): Promise<readonly ResolvedName[]>;
  /** Names of a model, contradicted ones left out. */
  ofModel(id: string): Promise<readonly NameRecord[]>;
  /** Versions of a record's name, the oldest first. */
  versions(record: NameRecord): Promise<string[]>;
  /** A name as people write it here: bare for the only owner, else with the owner. */
  display(record: NameRecord): Promise<string>;
  /**
   * @param text the reference as it was written, for messages
   * @throws CodedError `MODEL_UNKNOWN`, `NAME_CLASH`, `NAME_CONTRADICTION`, `NAME_AMBIGUOUS`
   */
  resolve(ref: NameRef, text: string): Promise<NameRecord>;
  setPetname(petname: string, key: string): Promise<void>;
  /** @param listener called after each change of what references lead to */
  onChange(listener: () => void): void;
}

export function createKnownNames({ names, petnames, clock, report }: KnownNamesOptions): KnownNames {
  const listeners = new Set<() => void>();
  let all: Promise<readonly ResolvedName[]> | undefined;
  function changed(): void {
    all = undefined;
    for (const listener of listeners) listener();
  }
  const list = (): Promise<readonly ResolvedName[]> => {
    all ??= names.list();
    // A failed read is no answer for the next one.
    all.catch(changed);
    return all;
  };

  async function ownerOf({ owner, name }: NameRef, text: string): Promise<string> {
    if (owner && isAddress(owner)) return owner;
    if (owner) {
      const key = await petnames.get(owner);
      if (key) return key;
      throw nodeError(
        'MODEL_UNKNOWN',
        `"${owner}" in "${text.slice(0, 200)}" stands for no key here; write the key's address, or name it: PUT /api/petnames/${owner}`,
      );
    }
    const owners = await names.owners(name);
    if (owners.length > 1) throw nameClash(text, owners);
    if (owners[0]) return owners[0];
    throw modelUnknown(text);
  }

  return {
    list,
    async learn(signed) {
      try {
        if (await names.put({ signed, time: clock() })) changed();
      } catch (error) {
        if (!isCoded(error, 'NAME_CONTRADICTION')) throw error;
        changed();
        const { key, name, version } = openName(signed);
        report('warn', 'a key signed two models for one version; neither is followed', {
          key,
          name,
          version,
        });
      }
    },
    ofModel: async (id) =>
      (await list())
        .filter(({ record, contradicted }) => record.model === id && !contradicted)
        .map(({ record }) => record),
    versions: async ({ key, name }) =>
      (await list())
        .map(({ record }) => record)
        .filter((record) => record.key === key && record.name === name)
        .sort((a, b) => a.sequence - b.sequence)
        .map((record) => record.version),
    async display({ key, name }) {
      const owners = new Set(
        (await list()).flatMap(({ record }) => (record.name === name ? record.key : [])),
      );
      if (owners.size <= 1) return name;
      const [petname] = await petnames.of(key);
      return `${petname ?? key}/${name}`;
    },
    async resolve(ref, text) {
      const { name, version } = ref;
      const key = await ownerOf(ref, text);
      const found = await names.resolve({ key, name, ...(version ? { version } : {}) }, clock());
      if (!found) throw modelUnknown(text);
      if (found.contradicted)
        throw nodeError(
          'NAME_CONTRADICTION',
          `${key} signed two models for ${name}:${found.record.version}, so neither is followed: give the id, or another version`,
          { key, name, version: found.record.version },
        );
      return found.record;
    },
    async setPetname(petname, key) {
      await petnames.set(petname, key);
      changed();
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
