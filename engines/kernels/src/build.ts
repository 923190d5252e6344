/** What a build's memory is. All builds give the same bits. */
export interface BuildFacts {
  /** Threads may share the memory; its maximum is `maximumPages` or less. */
  readonly shared: boolean;
  /** Addresses have 64 bits: models beyond 4 GB. */
  readonly memory64: boolean;
  /** Greatest number of pages of 64 KiB that a memory of this build may grow to. */
  readonly maximumPages: number;
  /** Name of the binary in this package's folder `wasm`. */
  readonly file: string;
}

export type Build = 'single' | 'shared' | 'single64' | 'shared64';

// What addresses of 32 bits reach, and what engines of today allow a 64-bit memory: 16 GiB.
const PAGES = 65_536;
const PAGES_64 = 262_144;

export const buildFacts: Readonly<Record<Build, BuildFacts>> = {
  single: { shared: false, memory64: false, maximumPages: PAGES, file: 'kernels.wasm' },
  shared: { shared: true, memory64: false, maximumPages: PAGES, file: 'kernels-shared.wasm' },
  single64: { shared: false, memory64: true, maximumPages: PAGES_64, file: 'kernels-64.wasm' },
  shared64: { shared: true, memory64: true, maximumPages: PAGES_64, file: 'kernels-shared-64.wasm' },
};

export const builds = Object.keys(buildFacts) as readonly Build[];

/** SHA-256 of four messages, which is no part of a profile: any build of it gives the digests that everybody gives. */
export const hashingFacts: BuildFacts = {
  shared: false,
  memory64: false,
  maximumPages: PAGES,
  file: 'sha256.wasm',
};
