import { exactError } from '../errors.ts';
import type { ModelBytes } from '../model-bytes.ts';
import type { StreamedModel } from './engine/load/streamed-model.ts';
import { openGgufFiles } from './gguf/open-gguf-files.ts';
import { exactTypes } from './gguf/tensor-types.ts';
import { type ContainerFiles, streamPlaced } from './placed-tensors.ts';
import { readTexts, type TokenizerTexts } from './safetensors/read-texts.ts';
import { streamSafetensors } from './safetensors/stream-safetensors.ts';

/** The files of a model, verified or not, by path. */
export interface ModelFiles extends ContainerFiles {
  readonly format: string;
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
  if (files.format === 'gguf') {
    const model = await openGgufFiles(files, exactTypes, signal);
    return { ...model, ...streamPlaced(files, model.tensors) };
  }
  if (files.format === 'safetensors')
    return { ...(await streamSafetensors(files)), texts: await readTexts(files) };
  throw exactError(
    'MODEL_MALFORMED',
    `this engine reads no "${files.format}": push the model as GGUF or as safetensors`,
  );
}
