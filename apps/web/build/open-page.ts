import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pageName } from './build-page.ts';
import { pageSourcesDigest } from './page-sources.ts';

export interface OpenedPage {
  readonly html: Uint8Array;
  /** 64 hex characters, the digest that is published. */
  readonly sha256: string;
}

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
  return (await read(folder)) ?? (await build(cacheDir, folder, signal));
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
  const page = await read(folder);
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
    if (await read(folder)) return;
    // What lies there is damaged.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  }
}

/** The page in a cache folder, or undefined where it is absent or not what was built. */
async function read(folder: string): Promise<OpenedPage | undefined> {
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
