import { exactError } from '../errors.ts';
import type { ModelBytes } from '../model-bytes.ts';
import { readGguf } from './gguf/read-gguf.ts';
import type { ModelFile } from './model-file.ts';

/** The files of a model, verified or not, by path. */
export interface ModelFiles {
  readonly format: string;
  /** Path of the file that is read first. */
  readonly entry: string;
  /** @throws CodedError as the source */
  open(path: string): Promise<ModelBytes>;
}

/**
 * A language model as its files have it.
 *
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`; of the source
 */
export async function readModelFiles({ format, entry, open }: ModelFiles): Promise<ModelFile> {
  if (format !== 'gguf')
    throw exactError('MODEL_MALFORMED', `this engine reads no "${format}": push the model as GGUF`);
  await using file = await open(entry);
  return readGguf(await file.read(0, file.size));
}
