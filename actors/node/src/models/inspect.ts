import type { Manifest } from '@isobit/model';
import type { Engines } from '../roles/worker/engines.ts';

/** A file of a model that is about to be published. */
export interface StoredFile {
  /** As the manifest will spell it. */
  readonly path: string;
  readonly size: number;
  /** Absolute path in the store. */
  readonly file: string;
}

/** What an engine process read in a model's files, as its manifest states it. */
export type InspectedModel = Pick<
  Manifest,
  'format' | 'inputs' | 'outputs' | 'tokenizer' | 'chatTemplate'
> & {
  /** Where the files decide it. */
  readonly task?: string;
  /** Where they tell: what a publisher that says nothing else means. */
  readonly title?: string;
  readonly licence?: string;
  /** For the card. */
  readonly facts?: Readonly<Record<string, string | number>>;
};

const formatOf = (entry: string): Manifest['format'] => {
  if (/\.gguf$/i.test(entry)) return 'gguf';
  return /(^|\/)config\.json$|\.safetensors$/i.test(entry) ? 'safetensors' : 'onnx';
};

/**
 * Reads a model's files in an engine process.
 *
 * @param entry path of the file that the engine loads: one of `files`
 * @throws CodedError of the engine: the files are no model that it runs
 */
export async function inspectModel(
  engines: Pick<Engines, 'onnx' | 'language'>,
  { entry, files }: { readonly entry: string; readonly files: readonly StoredFile[] },
  signal: AbortSignal,
): Promise<InspectedModel> {
  const format = formatOf(entry);
  if (format === 'onnx') {
    const main = files.find(({ path }) => path === entry) as StoredFile;
    const { inputs, outputs } = await engines.onnx.inspect(main.file, { signal });
    return {
      format,
      inputs: inputs.map((input) => ({ ...input, shape: [...input.shape] })),
      outputs: outputs.map((output) => ({ ...output, shape: [...output.shape] })),
    };
  }
  const { facts, tokenizer, chatTemplate } = await engines.language.inspect(
    { format, entry, places: files },
    { signal },
  );
  const { architecture, parameters, quantisation, context, task, name, licence } = facts;
  return {
    format,
    inputs: [],
    outputs: [],
    tokenizer,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    task,
    ...(name === undefined ? {} : { title: name }),
    ...(licence === undefined ? {} : { licence }),
    facts: { architecture, parameters, quantisation, context },
  };
}
