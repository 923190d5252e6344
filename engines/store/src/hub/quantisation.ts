import type { HubFile } from './repository.ts';

/** A GGUF file of a repository. */
export interface GgufChoice extends HubFile {
  /** `Q4_K_M`, as its name says; undefined where it says none. */
  readonly quant?: string;
  /** One piece of a file that was split. */
  readonly isPiece: boolean;
}

const QUANT = /(?:^|[._/-])((?:UD-)?(?:I?Q\d|TQ\d|MXFP4)[A-Z0-9_]*|BF16|FP?16|FP?32)$/i;
const PIECE = /-\d{5}-of-\d{5}$/;
/** What belongs to a model and is none: projectors of images, matrices of importance, adapters, drafts. */
const PART = /(?:^|[/._-])(?:mmproj|imatrix|lora|adapter|mtp|draft)(?=[._-]|$)/i;

/** The GGUF files of a repository that are models. */
export function ggufChoices(files: readonly HubFile[]): GgufChoice[] {
  return files.flatMap((file) => {
    const stem = /^(.*)\.gguf$/i.exec(file.path)?.[1];
    if (stem === undefined || PART.test(stem)) return [];
    const whole = stem.replace(PIECE, '');
    const quant = quantOf(whole);
    return [{ ...file, isPiece: whole !== stem, ...(quant ? { quant } : {}) }];
  });
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
