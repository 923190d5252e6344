import type { Metadata } from './gguf/read-metadata.ts';
import { describeDecoder } from './graph/decoder-description.ts';
import { createHyperParameters } from './graph/hyper-parameters.ts';
import type { ModelFile, ModelTensor } from './model-file.ts';

/** What a language model's files say of it. */
export interface LanguageFacts {
  /** `general.architecture`. */
  readonly architecture: string;
  /** Answers prompts, or gives embeddings. */
  readonly task: 'text-generation' | 'text-embedding';
  /** Weights. */
  readonly parameters: number;
  /** Positions at most. */
  readonly context: number;
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  /** ggml's name of the type that holds most of the weights. */
  readonly quantisation: string;
  /** Values of keys and of values that the cache holds for one position. */
  readonly cachedValues: number;
  /** `general.name`, `general.license` where the file has them. */
  readonly name?: string;
  readonly licence?: string;
}

/** What is read of a model before its weights. */
type Described = Pick<ModelFile, 'metadata' | 'order' | 'tensors'>;

const ENCODERS: ReadonlySet<string> = new Set(['bert']);

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA` */
export function factsOf(file: Described): LanguageFacts {
  const architecture = textOf(file.metadata, 'general.architecture') ?? '';
  const isEncoder = ENCODERS.has(architecture);
  return {
    architecture,
    task: isEncoder ? 'text-embedding' : 'text-generation',
    ...weightsOf(file),
    ...(isEncoder ? encoderSizes(file) : decoderSizes(file)),
    vocabulary: file.tensors.get('token_embd.weight')?.sizes[1] ?? 0,
    ...namesOf(file.metadata),
  };
}

/** What a file says for people. */
export function namesOf(metadata: Metadata): Pick<LanguageFacts, 'name' | 'licence'> {
  const name = textOf(metadata, 'general.name');
  const licence = textOf(metadata, 'general.license');
  return { ...(name ? { name } : {}), ...(licence ? { licence } : {}) };
}

function decoderSizes(file: Described) {
  const { context, layers, width, groups, headWidth } = describeDecoder(file);
  return { context, layers, width, cachedValues: layers * groups * headWidth * 2 };
}

function encoderSizes({ metadata }: Described) {
  const read = createHyperParameters(metadata);
  const layers = read.count('block_count');
  const width = read.count('embedding_length');
  // An encoder's keys and values live for one layer only.
  return { context: read.count('context_length'), layers, width, cachedValues: width * 2 };
}

/** How many weights tensors hold, and as what. */
export function weightsOf({ tensors }: { readonly tensors: ReadonlyMap<string, ModelTensor<string>> }): {
  parameters: number;
  quantisation: string;
} {
  let parameters = 0;
  const byType = new Map<string, number>();
  for (const { type, sizes } of tensors.values()) {
    const elements = sizes.reduce((product, size) => product * size, 1);
    parameters += elements;
    byType.set(type, (byType.get(type) ?? 0) + elements);
  }
  const [first] = [...byType].sort(([, a], [, b]) => b - a);
  return { parameters, quantisation: first?.[0] ?? 'F32' };
}

function textOf(metadata: Metadata, key: string): string | undefined {
  const found = metadata.get(key);
  return found?.type === 'string' && found.value !== '' ? found.value : undefined;
}
