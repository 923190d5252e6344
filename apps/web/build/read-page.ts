import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface OpenedPage {
  readonly html: Uint8Array;
  /** 64 hex characters, the digest that is published. */
  readonly sha256: string;
}

/** Of the file that is built; its digest lies beside it. */
export const pageName = 'isobit-receipt.html';

/** The page that was built into a folder, or undefined where it is absent or not what was built. */
export async function readPage(folder: string): Promise<OpenedPage | undefined> {
  try {
    const html = new Uint8Array(await readFile(join(folder, pageName)));
    const stated = (await readFile(join(folder, `${pageName}.sha256`), 'utf8')).slice(0, 64);
    const sha256 = createHash('sha256').update(html).digest('hex');
    return sha256 === stated ? { html, sha256 } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
