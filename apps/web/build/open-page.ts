import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pageSourcesDigest } from './page-sources.ts';
import { type OpenedPage, readPage } from './read-page.ts';

/** Far above the second or two that a build takes on a slow machine. */
const BUILD_MS = 60_000;

/**
 * The page as a node serves it: built when its sources have changed, else read from the cache. The build runs in a process
 * of its own, since its tools are native code. Several nodes may open it at once.
 *
 * @param cacheDir a folder, made where absent, to which `page-<digest of the sources>` folders are added
 * @throws Error where the build fails: a node can go on without a page
 */
export async function openPage({
  cacheDir,
  signal,
}: {
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
}): Promise<OpenedPage> {
  const folder = join(cacheDir, `page-${(await pageSourcesDigest()).slice(0, 32)}`);
  return (await readPage(folder)) ?? (await build(cacheDir, folder, signal));
}

async function build(cacheDir: string, folder: string, signal?: AbortSignal): Promise<OpenedPage> {
  await mkdir(cacheDir, { recursive: true });
  const temporary = await mkdtemp(join(cacheDir, 'page-new-'));
  try {
    const program = join(import.meta.dirname, 'main.ts');
    await promisify(execFile)(process.execPath, [program, temporary], {
      timeout: BUILD_MS,
      ...(signal ? { signal } : {}),
    });
    await install(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const page = await readPage(folder);
  if (!page)
    throw new Error(`the receipt page was built into ${folder} and can't be read back: is the disk full?`);
  return page;
}

/** The whole folder appears at once; where another process was first, its page is the same. */
async function install(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (await readPage(folder)) return;
    // What lies there is damaged.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  }
}
