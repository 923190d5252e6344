import type { ModelBytes } from '../model-bytes.ts';
import type { LanguageFacts } from './facts.ts';
import { anyFactsOf } from './gguf/any-facts.ts';
import { openAnyGguf } from './gguf/open-gguf.ts';
import type { GgufHeader } from './gguf/read-gguf.ts';
import type { ModelFiles } from './model-files.ts';

/** A GGUF file of any architecture: what it says of itself, and its bytes for who knows what they mean. */
export interface Outline extends Pick<GgufHeader<string>, 'metadata' | 'tensors'>, AsyncDisposable {
  readonly facts: LanguageFacts;
  readonly file: ModelBytes;
}

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`, `MODEL_METADATA`, `MODEL_ARCHITECTURE`; of the files */
export async function openOutline(files: ModelFiles, signal?: AbortSignal): Promise<Outline> {
  const file = await files.open(files.entry);
  try {
    const { size } = file;
    const source = { size, read: (at: number, length: number) => file.read(at, at + length) };
    const { metadata, tensors } = await openAnyGguf(source, signal);
    return {
      metadata,
      tensors,
      facts: anyFactsOf({ metadata, tensors }),
      file,
      [Symbol.asyncDispose]: async () => file[Symbol.asyncDispose](),
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}
