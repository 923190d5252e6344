import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCoded, limits } from '@isobit/core';
import { logKeyDocument, type NoteVerifier, openLogKey } from '@isobit/log';
import { get, logBase } from './read-http.ts';

/** Keys that a log publishes of itself, signed by its node. */
export interface PublishedKeys {
  readonly address: string;
  readonly origin: string;
  readonly verifiers: readonly NoteVerifier[];
}

/**
 * The log-key document beside a log: `key` over HTTP, `log-key.json` or `key` in a folder. It says which node stands
 * behind the log, and not that the node is one to believe.
 */
export async function logKeys(
  where: string,
  overHttp: boolean,
  signal: AbortSignal,
): Promise<PublishedKeys | undefined> {
  const bytes = overHttp
    ? await get(`${logBase(where)}/key`, limits.documentBytes, signal)
    : await fromFolder(where);
  if (!bytes) return undefined;
  try {
    const { address, origin, log, typed } = openLogKey(logKeyDocument.decode(bytes));
    return { address, origin, verifiers: [log, typed] };
  } catch (error) {
    // Then nobody known signed it: fsck says so.
    if (isCoded(error)) return undefined;
    throw error;
  }
}

async function fromFolder(dir: string): Promise<Uint8Array | undefined> {
  for (const path of [join(dir, 'key'), join(dir, '..', 'log-key.json')]) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) return new Uint8Array(bytes);
  }
  return undefined;
}
