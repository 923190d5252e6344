import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath, repositoryPath, sharedPath } from './paths.ts';

/** Each need: undefined where this machine meets it, else what is absent and what to do. */
export const PROBES = {
  shared: () =>
    existsSync(sharedPath('README.md'))
      ? undefined
      : `no folder ${sharedPath()}: put the shared test data there`,

  chromium: () => {
    if (chromiumPath()) return undefined;
    const chosen = process.env['ISOBIT_CHROMIUM'];
    if (chosen) return `ISOBIT_CHROMIUM names ${chosen}, which does not exist: correct it`;
    return 'no Chromium found: install it (apt-get install chromium) or set ISOBIT_CHROMIUM to its path';
  },

  native: () => {
    const folder = repositoryPath('engines/native');
    const parts = [`${folder}/node_modules/onnxruntime-node`, repositoryPath('node_modules/@isobit/native')];
    if (!parts.every((part) => existsSync(part))) {
      return 'the native engines are not installed: run npm run setup:native';
    }
    // Loaded in a child: a native addon may change the float mode of the process that loads it.
    return succeeds(process.execPath, ['-e', 'require("onnxruntime-node")'], folder)
      ? undefined
      : 'onnxruntime-node is installed but does not load here: run npm run setup:native again';
  },

  netns: () => {
    if (process.platform !== 'linux') return 'network namespaces exist on Linux only: run this test there';
    if (process.getuid?.() !== 0) return 'network namespaces need root: run the tests as root';
    if (!succeeds('ip', ['netns', 'list'])) return 'the ip command is absent: install iproute2';
    // A namespace of a child that ends at once leaves nothing behind, as `ip netns add` would.
    return succeeds('unshare', ['--net', '--mount', 'true'])
      ? undefined
      : 'this machine forbids new network namespaces (a container?): allow CAP_SYS_ADMIN';
  },

  arm64: () => {
    const command = process.env['ISOBIT_ARM64'];
    if (!command)
      return 'no Node for arm64 is named: set ISOBIT_ARM64 to its command, such as "qemu-aarch64 -L /usr/aarch64-linux-gnu PATH/node"';
    const [program, ...args] = command.split(' ');
    const script = 'process.exit(process.arch === "arm64" ? 0 : 1)';
    return succeeds(program as string, [...args, '-e', script])
      ? undefined
      : `ISOBIT_ARM64 is ${JSON.stringify(command)}, which runs no Node for arm64: correct it`;
  },

  clients: () =>
    existsSync(repositoryPath('compatibility/node_modules'))
      ? undefined
      : "other people's clients are not installed: run npm run setup:clients",

  compiler: () =>
    existsSync(repositoryPath('engines/kernels/compiler/node_modules'))
      ? undefined
      : 'the compiler of the kernels is not installed: run npm run setup:compiler',

  bench: () =>
    existsSync(repositoryPath('benchmarks/node_modules'))
      ? undefined
      : 'the benchmarks are not installed: run npm run setup:bench',
} satisfies Record<string, () => string | undefined>;

function succeeds(command: string, args: readonly string[], cwd?: string): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore', timeout: 30_000 }).status === 0;
}
