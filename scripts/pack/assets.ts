import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage } from '@isobit/web';

type Add = (root: string, to: string) => void | Promise<void>;

/** What a model consists of for those who run it; of the storyteller only the smaller file. */
const MODEL_FILES = ['README.md', '*/{README.md,card.json,model.onnx,*-q8_0.gguf}', '*/examples/*'];
const LAUNCHER = '../../../scripts/launch.mjs';

const ASSETS: Readonly<Record<string, Add>> = {
  /** The shipped models, and the launcher, which belongs to no package. */
  isobit(root, to) {
    const models = join(root, 'models');
    for (const file of globSync(MODEL_FILES, { cwd: models }))
      cpSync(join(models, file), join(to, 'models', file));
    mkdirSync(join(to, 'bin'), { recursive: true });
    cpSync(join(root, 'scripts/launch.mjs'), join(to, 'bin/launch.mjs'));
    const program = readFileSync(join(root, 'apps/cli/bin/isobit.mjs'), 'utf8');
    if (!program.includes(LAUNCHER))
      throw new Error(`bin/isobit.mjs imports the launcher no more: ${LAUNCHER}`);
    writeFileSync(join(to, 'bin/isobit.mjs'), program.replace(LAUNCHER, './launch.mjs'), { mode: 0o755 });
  },
  /** The built page, so that nobody needs its sources and Vite. */
  async '@isobit/web'(root, to) {
    const { html, sha256 } = await openPage({ cacheDir: join(root, 'node_modules/.cache/isobit/page') });
    mkdirSync(join(to, 'page'));
    writeFileSync(join(to, 'page/isobit-receipt.html'), html);
    writeFileSync(join(to, 'page/isobit-receipt.html.sha256'), `${sha256}  isobit-receipt.html\n`);
  },
};

/** Adds what a package holds for those who install it, beside its own programs. */
export const addAssets = async (root: string, name: string, to: string): Promise<void> =>
  ASSETS[name]?.(root, to);
