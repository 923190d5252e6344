import { ggufPaths, ggufStem } from '@isobit/model';
import type { HubFile } from './repository.ts';

/** A model in GGUF of a repository. */
export interface GgufChoice {
  /** Its file, or all its parts in their order. */
  readonly files: readonly HubFile[];
  /** The file that the engine loads. */
  readonly path: string;
  /** Bytes of all files, where the hub states them. */
  readonly size?: number;
  /** `Q4_K_M`, as its name says; undefined where it says none. */
  readonly quant?: string;
  /** Path of the first part that the repository lacks, where it lacks one. */
  readonly absent?: string;
}

const QUANT = /(?:^|[._/-])((?:UD-)?(?:I?Q\d|TQ\d|MXFP4)[A-Z0-9_]*|BF16|FP?16|FP?32)$/i;
/** What belongs to a model and is none: projectors of images, matrices of importance, adapters, drafts. */
const PART = /(?:^|[/._-])(?:mmproj|imatrix|lora|adapter|mtp|draft)(?=[._-]|$)/i;

/** The models in GGUF of a repository. */
export function ggufChoices(files: readonly HubFile[]): GgufChoice[] {
  const byPath = new Map(files.filter(({ path }) => isModel(path)).map((file) => [file.path, file]));
  const choices = new Map<string, GgufChoice>();
  for (const { path } of byPath.values()) {
    const paths = ggufPaths(path);
    const [first] = paths as [string];
    if (!choices.has(first)) choices.set(first, choiceOf(paths, byPath));
  }
  return [...choices.values()];
}

const isModel = (path: string): boolean => /\.gguf$/i.test(path) && !PART.test(ggufStem(path));

function choiceOf(paths: readonly string[], byPath: ReadonlyMap<string, HubFile>): GgufChoice {
  const path = paths[0] as string;
  const files = paths.flatMap((each) => byPath.get(each) ?? []);
  const absent = paths.find((each) => !byPath.has(each));
  const sizes = files.flatMap(({ size }) => size ?? []);
  const quant = quantOf(ggufStem(path));
  return {
    files,
    path,
    ...(sizes.length < files.length ? {} : { size: sizes.reduce((sum, size) => sum + size, 0) }),
    ...(quant ? { quant } : {}),
    ...(absent === undefined ? {} : { absent }),
  };
}

/** `model-Q4_K_M` gives `Q4_K_M`; a folder's name counts where the file's own says nothing. */
function quantOf(stem: string): string | undefined {
  const at = stem.lastIndexOf('/');
  const found = QUANT.exec(stem)?.[1] ?? (at < 0 ? undefined : QUANT.exec(stem.slice(0, at))?.[1]);
  return found?.toUpperCase().replace(/^FP/, 'F');
}

/**
 * Quantisations that run exactly, in the order in which they are taken where nobody names one: Q8_0 loses next to
 * nothing, Q4_K_M is what fits where that does not; then by what they keep.
 */
const PREFERRED = [
  'Q8_0',
  'Q4_K_M',
  'Q6_K',
  'Q5_K_M',
  'Q5_K_S',
  'Q5_1',
  'Q5_0',
  'Q4_K_S',
  'Q4_1',
  'Q4_0',
  'BF16',
  'F16',
  'F32',
];

/** Lower is better; undefined for what no exact profile runs. */
export function preference(quant: string | undefined): number | undefined {
  const place = PREFERRED.indexOf(quant ?? '');
  return place < 0 ? undefined : place;
}
