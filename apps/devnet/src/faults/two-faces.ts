import { fromUtf8, toHex, utf8 } from '@isobit/core';
import type { Decorators } from '@isobit/node';
import { openLog } from '@isobit/store';

/**
 * A worker with two logs under one key: witnesses and auditors see one, the clients' evidence comes from the
 * other, which begins with an entry that the first does not have.
 */
export const twoFaces =
  (dir: string): NonNullable<Decorators['receiptLog']> =>
  (shown, { key, logKey, binding }) => {
    const hidden = openLog({ dir, key, noteKey: logKey }).then(async (log) => {
      if (log.size === 0) await log.append([utf8('never shown to anybody else')]);
      return log;
    });
    return {
      async append(entries) {
        await shown.append(entries);
        const log = await hidden;
        const places = await log.append(entries);
        return Promise.all(
          places.map(async ({ index, head }) => ({
            checkpoint: fromUtf8(head.note),
            index,
            proof: (await log.proof(index, head.size)).map(toHex),
            key: binding,
          })),
        );
      },
    };
  };
