import type { Manifest } from '@isobit/model';
import { llmExact } from '@isobit/receipt';
import type { LanguageProcess } from './create-language-process.ts';
import type { ProcessRuntime } from './create-process-runtime.ts';
import type { FilePlace } from './places.ts';

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
  /** Exact profiles that describe it, where that is not the one of its format. */
  readonly profiles?: readonly string[];
  /** Bytes that it takes to run, where that is known before. */
  readonly memory?: number;
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
  engines: { readonly onnx: ProcessRuntime; readonly language: LanguageProcess },
  { entry, files }: { readonly entry: string; readonly files: readonly FilePlace[] },
  signal: AbortSignal,
): Promise<InspectedModel> {
  const format = formatOf(entry);
  if (format === 'onnx') {
    const main = files.find(({ path }) => path === entry) as FilePlace;
    const { inputs, outputs } = await engines.onnx.inspect(main.file, { signal });
    return {
      format,
      inputs: inputs.map((input) => ({ ...input, shape: [...input.shape] })),
      outputs: outputs.map((output) => ({ ...output, shape: [...output.shape] })),
    };
  }
  const { facts, profile, memory, tokenizer, chatTemplate } = await engines.language.inspect(
    { format, entry, places: files },
    { signal },
  );
  const { architecture, parameters, quantisation, context, task, name, licence } = facts;
  return {
    format,
    inputs: [],
    outputs: [],
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    task,
    ...(name === undefined ? {} : { title: name }),
    ...(licence === undefined ? {} : { licence }),
    facts: { architecture, parameters, quantisation, context },
    ...(profile === llmExact.name ? {} : { profiles: [profile] }),
    memory,
  };
}
