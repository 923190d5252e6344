/** For which machines a package is, as lock files state it. */
export interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

/** What some publishers call a platform that npm calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = { mac: 'darwin', win: 'win32', armv7l: 'arm' };

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
const LIBC: Readonly<Record<string, string>> = {
  gnu: 'glibc',
  glibc: 'glibc',
  gnueabihf: 'glibc',
  musl: 'musl',
};

/** Reads a platform out of a package's name, such as `@rolldown/binding-linux-arm64-musl`. */
export function platformOf(name: string): Platform | undefined {
  const words = name
    .slice(name.indexOf('/') + 1)
    .split('-')
    .map((word) => ALIASES[word] ?? word);
  const os = words.find((word) => OS.includes(word));
  const cpu = words.find((word) => CPU.includes(word));
  if (!os || !cpu) return undefined;
  const libc = words.map((word) => LIBC[word]).find((known) => known !== undefined);
  return { os: [os], cpu: [cpu], ...(libc && os === 'linux' ? { libc: [libc] } : {}) };
}
