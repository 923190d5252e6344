import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ifPresent, onDisk, writeWhole } from '../blobs/folder/disk.ts';

/**
 * The folder that the hub's own tools keep: `blobs/` by digest, `snapshots/COMMIT/` with links into it,
 * `refs/BRANCH` with the commit that a name led to. So what one tool fetched, another finds.
 */
export interface HubCache {
  /** Where the bytes of a digest lie when they are whole. */
  blob(repo: string, digest: string): string;
  /** Where they gather before. Bytes of one digest are the same for every writer, so two may fill it at once. */
  partial(repo: string, digest: string): string;
  /** Where the hub's own tools gather them. */
  foreignPartial(repo: string, digest: string): string;
  /** Links a file of a commit to its bytes. @returns the link's path */
  link(file: { repo: string; commit: string; path: string; digest: string }): Promise<string>;
  /** Notes where a branch or tag led; a commit is its own name. */
  note(ref: { repo: string; revision: string; commit: string }): Promise<void>;
}

let counter = 0;

/** @param dir folder of `models--ORG--REPO` */
export function createHubCache(dir: string): HubCache {
  const folder = (repo: string): string => join(dir, `models--${repo.replace('/', '--')}`);
  const blob = (repo: string, digest: string): string => join(folder(repo), 'blobs', digest);
  const temporary = (path: string): string => `${path}.${process.pid}-${counter++}.tmp`;
  return {
    blob,
    partial: (repo, digest) => `${blob(repo, digest)}.isobit.incomplete`,
    foreignPartial: (repo, digest) => `${blob(repo, digest)}.incomplete`,
    link({ repo, commit, path, digest }) {
      const at = join(folder(repo), 'snapshots', commit, path);
      const target = relative(dirname(at), blob(repo, digest));
      return onDisk(at, async () => {
        if ((await ifPresent(at, () => readlink(at)).catch(() => undefined)) === target) return at;
        await mkdir(dirname(at), { recursive: true });
        const made = temporary(at);
        await symlink(target, made);
        await rename(made, at).catch(async (error: unknown) => {
          await rm(made, { force: true });
          throw error;
        });
        return at;
      });
    },
    async note({ repo, revision, commit }) {
      if (revision === commit) return;
      const at = join(folder(repo), 'refs', revision);
      await onDisk(at, () => writeWhole(at, temporary(at), Buffer.from(commit), false));
    },
  };
}
