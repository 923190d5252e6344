import type { Manifest } from '@isobit/model';
import type { Profile } from '@isobit/receipt';
import type { Engine } from '../runtime.ts';
import type { LanguageFacts } from './facts.ts';
import type { ModelFiles, OpenedModel } from './model-files.ts';
import type { TokenEncoder, TokenEngine } from './token-engine.ts';

/**
 * What differs between the profiles of language models: which models, how their files are read, what computes the
 * logits. Template, tokenizer, grammar, sampling and the form of answers are the same for all.
 */
export interface LanguageLaw {
  readonly profile: Profile;
  /** The build that runs models which name none themselves. */
  readonly engine: Engine;
  /** Answers that have a cache from the beginning. Absent: 1, or as they come. */
  readonly answers?: number;
  /** By the manifest alone. @param memoryBytes that models may take */
  takes(manifest: Manifest, memoryBytes: number): boolean;
  /**
   * Reads what stands before the weights.
   *
   * @throws CodedError `MODEL_*` for what it does not run; of the files
   */
  open(files: ModelFiles, signal?: AbortSignal): Promise<OpenedLanguage>;
}

export interface OpenOptions {
  /** Bytes that weights and cache may come to; absent: no limit. */
  readonly memoryBytes?: number;
  readonly signal?: AbortSignal;
}

/** A model whose header is read. Disposing of it closes its files, not what was made of them. */
export interface OpenedLanguage extends Pick<OpenedModel, 'metadata' | 'texts'>, AsyncDisposable {
  readonly tensors: ReadonlyMap<string, { readonly bytes: number }>;
  readonly facts: LanguageFacts;
  /** @throws CodedError `MODEL_*`, `RUN_MEMORY`, `RUN_ABORTED`; of the files */
  decoder(options: OpenOptions): Promise<TokenEngine>;
  /** Of models that give embeddings. @throws CodedError as `decoder` */
  encoder?(options: OpenOptions): Promise<TokenEncoder>;
}
