import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What of a node:test context is used here. */
interface Ends {
  after(hook: () => void): void;
}

/** Absolute path of a new empty folder, removed when the test ends. */
export function tempDir(t: Ends): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'isobit-')));
  // A child that is still dying may hold a file open for a moment.
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return path;
}
