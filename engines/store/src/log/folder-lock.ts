import { DatabaseSync } from 'node:sqlite';
import { logStoreError } from './errors.ts';

/**
 * Takes the folder for this process. The lock is the operating system's (held by an open exclusive SQLite
 * transaction), so it ends with the process, however that dies, and a second open in the same process fails too.
 *
 * @throws CodedError `LOG_LOCKED`
 */
export function lockFolder(file: string, what: string): Disposable {
  const handle = new DatabaseSync(file, { timeout: 0 });
  try {
    handle.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    handle.close();
    throw logStoreError(
      'LOG_LOCKED',
      `${what} is open in another process: stop that one first`,
      { file },
      { cause },
    );
  }
  return { [Symbol.dispose]: () => handle.close() };
}
