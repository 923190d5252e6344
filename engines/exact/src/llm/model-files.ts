import { exactError } from '../errors.ts';
import type { ModelBytes } from '../model-bytes.ts';
import type { StreamedModel } from './engine/load/streamed-model.ts';
import { openGguf } from './gguf/open-gguf.ts';
import { readTexts, type TokenizerTexts } from './safetensors/read-texts.ts';
import { streamSafetensors } from './safetensors/stream-safetensors.ts';

/** The files of a model, verified or not, by path. */
export interface ModelFiles {
  readonly format: string;
  /** Path of the file that is read first. */
  readonly entry: string;
  readonly paths: ReadonlySet<string>;
  /** @throws CodedError as the source */
  open(path: string): Promise<ModelBytes>;
}

/** A model whose headers are read; its weights are when they are asked for. Disposing of it closes its files. */
export interface OpenedModel extends StreamedModel, AsyncDisposable {
  /** What says what the tokens are, where the metadata does not: of a model in safetensors. */
  readonly texts?: TokenizerTexts;
}

/**
 * Opens a language model as its files have it.
 *
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`, `MODEL_METADATA`,
 * `MODEL_ARCHITECTURE`; of the source
 */
export async function openModelFiles(files: ModelFiles, signal?: AbortSignal): Promise<OpenedModel> {
  if (files.format === 'gguf') return openGgufFile(files, signal);
  if (files.format === 'safetensors')
    return { ...(await streamSafetensors(files)), texts: await readTexts(files) };
  throw exactError(
    'MODEL_MALFORMED',
    `this engine reads no "${files.format}": push the model as GGUF or as safetensors`,
  );
}

async function openGgufFile(files: ModelFiles, signal?: AbortSignal): Promise<OpenedModel> {
  const file = await files.open(files.entry);
  const close = async (): Promise<void> => file[Symbol.asyncDispose]();
  try {
    const { size } = file;
    const source = { size, read: (at: number, length: number) => file.read(at, at + length) };
    return { ...(await openGguf(source, signal)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
