import { join } from 'node:path';
import { type OpenedPage, readPage } from './read-page.ts';

/**
 * What this package exports where npm installed it, in place of the other `openPage`: the page that was built when the
 * package was packed, since neither its sources nor Vite are there.
 *
 * @throws Error where it is not what was packed: a node can go on without a page
 */
export async function openPage(): Promise<OpenedPage> {
  const folder = join(import.meta.dirname, '../page');
  const page = await readPage(folder);
  if (!page) throw new Error(`the receipt page in ${folder} is absent or damaged: install @isobit/web again`);
  return page;
}
