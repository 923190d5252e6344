import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the command line finds the nodes of this machine: one file a node, readable by its owner alone. */
export interface RunningNode {
  readonly pid: number;
  readonly http: string;
  readonly address: string;
  readonly dataDir: string;
  readonly started: number;
}

const folder = (home: string): string => join(home, 'running');

/** Announces a node until the returned disposer runs. */
export async function announceRunning(home: string, node: RunningNode): Promise<AsyncDisposable> {
  await mkdir(folder(home), { recursive: true, mode: 0o700 });
  const path = join(folder(home), `${node.pid}.json`);
  await writeFile(path, `${JSON.stringify(node)}\n`, { mode: 0o600 });
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Nodes of this machine whose process lives, oldest first; files of dead ones are removed. */
export async function listRunning(home: string): Promise<RunningNode[]> {
  const names = await readdir(folder(home)).catch(() => []);
  const found: RunningNode[] = [];
  for (const name of names.filter((n) => /^\d+\.json$/.test(n))) {
    const path = join(folder(home), name);
    try {
      const node = JSON.parse(await readFile(path, 'utf8')) as RunningNode;
      if (isAlive(node.pid)) found.push(node);
      else await rm(path, { force: true });
    } catch {
      await rm(path, { force: true });
    }
  }
  return found.sort((a, b) => a.started - b.started);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
