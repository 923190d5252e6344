import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { repositoryPath } from '@isobit/testing';

/** What figures were measured on and against. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  readonly node: string;
  /** Version of each package that is or serves as a peer; `absent` where it is not installed. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Packages by the folder that they are installed in. */
const PACKAGES: readonly (readonly [folder: string, names: readonly string[]])[] = [
  ['.', ['onnxruntime-web', 'hono', 'undici', 'libp2p']],
  ['engines/native', ['onnxruntime-node']],
  ['benchmarks', ['helia', '@helia/bitswap']],
];

export function machine(): Machine {
  const [first] = cpus();
  const installed = PACKAGES.flatMap(([folder, names]) =>
    names.map((name) => [name, versionOf(folder, name)] as const),
  );
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    versions: Object.fromEntries(installed),
  };
}

const packageFile = (folder: string, name: string): string =>
  repositoryPath(`${folder}/node_modules/${name}/package.json`);

/** Whether a peer is there, in the folder that has its lock file. */
export const isInstalled = (folder: string, name: string): boolean => existsSync(packageFile(folder, name));

function versionOf(folder: string, name: string): string {
  if (!isInstalled(folder, name)) return 'absent';
  const { version } = JSON.parse(readFileSync(packageFile(folder, name), 'utf8')) as { version: unknown };
  return String(version);
}

/** What to install for the peers that are not. */
export const adviceFor = ({ versions }: Machine): string[] => [
  ...(versions['helia'] === 'absent' ? ['helia: npm run setup:bench'] : []),
  ...(versions['onnxruntime-node'] === 'absent' ? ['onnxruntime-node: npm run setup:native'] : []),
];
