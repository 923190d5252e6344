import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { InlineConfig, Plugin, Rolldown } from 'vite';
import { pageName } from './read-page.ts';
import { sealPage } from './seal-page.ts';

export interface BuiltPage {
  /** The whole page: one HTML file that loads nothing else. */
  readonly html: Uint8Array;
  /** 64 hex characters: the digest that is published. */
  readonly sha256: string;
  /** Absolute paths of what was written. */
  readonly files: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '..');

/**
 * Builds the receipt page: the same sources give the same bytes. It loads Vite and with it native code, which a process
 * that runs exact engines must not: use `openPage` there.
 *
 * @param outDir gets `isobit-receipt.html` and `isobit-receipt.html.sha256`, in the form that `sha256sum -c` reads
 */
export async function buildPage({ outDir }: { readonly outDir: string }): Promise<BuiltPage> {
  const html = new TextEncoder().encode(sealPage(await bundle()));
  const sha256 = createHash('sha256').update(html).digest('hex');
  await mkdir(outDir, { recursive: true });
  const page = resolve(outDir, pageName);
  const sum = `${page}.sha256`;
  await writeWhole(page, html);
  await writeWhole(sum, `${sha256}  ${pageName}\n`);
  return { html, sha256, files: [page, sum] };
}

/** Others that build into the same folder see the old file or the new one, never half of one. */
async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

async function bundle(): Promise<string> {
  const { build } = await import('vite');
  const { viteSingleFile } = await import('vite-plugin-singlefile');
  const config: InlineConfig = {
    root: ROOT,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    cacheDir: join(ROOT, 'node_modules/.vite-unused'),
    plugins: [filesOutside(), viteSingleFile()],
    // A page opened from disk may start a classic worker of its own text, but no module.
    worker: {
      format: 'iife',
      plugins: () => [filesOutside()],
      rolldownOptions: { treeshake: { moduleSideEffects }, checks: { pluginTimings: false } },
    },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { treeshake: { moduleSideEffects }, checks: { pluginTimings: false } },
    },
  };
  const { output } = (await build(config)) as Rolldown.RolldownOutput;
  const [page] = output.filter((each) => each.type === 'asset');
  if (!page || output.length > 1) {
    throw new Error(`the build gave ${output.map((each) => each.fileName).join(', ')} instead of one page`);
  }
  return String(page.source);
}

/** Our packages only declare things, so what the page does not use of them falls away; the engine with it. */
const moduleSideEffects = (id: string): boolean =>
  !/^\.\.\/\.\.\/(protocol|engines|actors)\/|\/onnxruntime-web\//.test(
    relative(ROOT, id).replaceAll(sep, '/'),
  );

/**
 * Engines' WebAssembly travels by digest, and a page that may not share memory starts no threads of theirs: nothing that
 * they name by their own address may be pulled into the page.
 */
const filesOutside = (): Plugin => ({
  name: 'isobit:files-outside',
  enforce: 'pre',
  transform(code, id) {
    return /onnxruntime-web|\/threads\/start-thread\.ts$/.test(id)
      ? { code: code.replaceAll('import.meta.url', 'self.location.href'), map: null }
      : undefined;
  },
});
