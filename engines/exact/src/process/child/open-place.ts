import { open, readFile } from 'node:fs/promises';
import type { Manifest } from '@isobit/model';
import { exactError } from '../../errors.ts';
import type { ModelBytes } from '../../model-bytes.ts';
import type { FilePlace } from '../places.ts';
import { openVerifiedFile } from './verified-file.ts';

/**
 * A file of a model by its place.
 *
 * @param manifest what its bytes are verified against; absent: they are taken as they are
 * @throws CodedError `MODEL_BYTES`
 */
export async function openPlace(
  places: readonly FilePlace[],
  path: string,
  manifest?: Manifest,
): Promise<ModelBytes> {
  const place = places.find((each) => each.path === path);
  if (!place) throw exactError('MODEL_BYTES', `the model has no file ${path}`);
  if (!manifest) return openPlain(place);
  const file = manifest.files.find((each) => each.path === path);
  if (!file) throw exactError('MODEL_BYTES', `the manifest names no file ${path}`);
  // A list that can't be read is as good as none: the file is then hashed as a whole.
  const blocks = place.blocks === undefined ? undefined : await readFile(place.blocks).catch(() => undefined);
  return openVerifiedFile(place.file, file, blocks);
}

async function openPlain({ file, path }: FilePlace): Promise<ModelBytes> {
  const wrong = (cause: unknown) => exactError('MODEL_BYTES', `${path} cannot be read`, { path }, cause);
  const handle = await open(file).catch((error: unknown) => {
    throw wrong(error);
  });
  const { size } = await handle.stat();
  return {
    size,
    async read(start, end) {
      const out = new Uint8Array(end - start);
      for (let at = 0; at < out.length; ) {
        const { bytesRead } = await handle.read(out, at, out.length - at, start + at);
        if (bytesRead === 0) throw wrong(new Error('it became shorter'));
        at += bytesRead;
      }
      return out;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
