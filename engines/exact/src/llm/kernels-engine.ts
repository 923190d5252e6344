import { type Build, builds, digests } from '@isobit/kernels';
import type { Engine } from '../runtime.ts';

/** A build as it stands in receipts. Which one runs a model, the model says: it depends on its size and on threads. */
export const languageEngine = (build: Build = 'single'): Engine => ({
  name: 'isobit-kernels',
  version: '0.1.0',
  digest: digests[build],
});

/** Every build that a receipt may name. */
export const languageEngines: readonly Engine[] = builds.map(languageEngine);

/** The binary that one thread needs, by which others fetch it: 64 hex characters of SHA-256. */
export const kernelsDigest: string = digests.single;
