import type { ModelBytes } from '../model-bytes.ts';
import type { LanguageFacts } from './facts.ts';
import { anyFactsOf } from './gguf/any-facts.ts';
import { type GgufModel, openGgufFiles } from './gguf/open-gguf-files.ts';
import { allTypes } from './gguf/tensor-types.ts';
import type { ModelFiles } from './model-files.ts';

/** A model in GGUF of any architecture: what it says of itself, and its bytes for who knows what they mean. */
export interface Outline extends Pick<GgufModel<string>, 'metadata' | 'tensors'>, AsyncDisposable {
  readonly facts: LanguageFacts;
  /** The whole model, or its parts in their order. */
  readonly files: readonly ModelBytes[];
}

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`, `MODEL_METADATA`, `MODEL_ARCHITECTURE`; of the files */
export async function openOutline(files: ModelFiles, signal?: AbortSignal): Promise<Outline> {
  const { metadata, tensors, paths } = await openGgufFiles(files, allTypes, signal);
  const facts = anyFactsOf({ metadata, tensors });
  await using cleanup = new AsyncDisposableStack();
  const opened: ModelBytes[] = [];
  for (const path of paths) opened.push(cleanup.use(await files.open(path)));
  const open = cleanup.move();
  return {
    metadata,
    tensors,
    facts,
    files: opened,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
