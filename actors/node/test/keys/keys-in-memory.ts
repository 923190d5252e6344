import type { AccessKeys, StoredAccessKey } from '@isobit/store';

/** A store of keys for tests, which says what was kept. */
export function keysInMemory(kept = new Map<string, StoredAccessKey>()): AccessKeys {
  return {
    async add(key) {
      kept.set(key.name, { ...key, spent: { day: 0, tokens: 0 } });
    },
    list: async () => [...kept.values()],
    async setSpent(name, spent) {
      const key = kept.get(name);
      if (key) kept.set(name, { ...key, spent });
    },
    remove: async (name) => kept.delete(name),
  };
}
