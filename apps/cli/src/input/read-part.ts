import { limits } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { decodeInfer, type InferBody, type Tensor } from '@isobit/receipt';
import { cliError } from '../errors.ts';
import { collect, readWhole } from '../files/read-file.ts';
import { signatureText } from '../output/signature.ts';
import { imageRuleOf, isImage, readImage } from './image.ts';
import { isNpy, readNpy } from './npy.ts';

/** What one `--input` holds: a whole question, or one of its tensors. */
export type Part =
  | { readonly file: string; readonly body: InferBody }
  | { readonly file: string; readonly tensor: Tensor };

export interface PartOptions {
  readonly manifest: Manifest;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/**
 * Reads one `--input` by what its bytes are.
 *
 * @param argument `FILE`, `-` for standard input, or `NAME=FILE`
 * @throws CodedError `INPUT_UNREADABLE`, `FILE`, `USAGE`
 */
export async function readPart(argument: string, { manifest, stdin, signal }: PartOptions): Promise<Part> {
  const { name, file } = splitName(argument, manifest);
  const bytes =
    file === '-'
      ? await collect(stdin, {
          name: 'standard input',
          maxBytes: limits.inferBytes,
          ...(signal ? { signal } : {}),
        })
      : await readWhole(file, limits.inferBytes, signal);
  if (isNpy(bytes)) return { file, tensor: readNpy(bytes, name ?? onlyInput(file, manifest)) };
  if (isImage(bytes)) {
    const rule = imageRuleOf(manifest.card);
    if (!rule)
      throw cliError(
        'INPUT_UNREADABLE',
        `${file} is an image, and the model's card does not say how one becomes its input: give ${kinds(manifest)}`,
      );
    return { file, tensor: readImage(bytes, { ...rule, input: name ?? rule.input }) };
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw cliError(
      'INPUT_UNREADABLE',
      `${file} is a zip, such as .npz: save each array with numpy.save and give it as --input NAME=FILE.npy`,
    );
  if (name !== undefined)
    throw cliError(
      'INPUT_UNREADABLE',
      `${file} is neither .npy nor PNG or JPEG, which one input is read from: JSON holds all inputs, so give --input ${file}`,
    );
  return { file, body: decodeBody(bytes, file) };
}

function decodeBody(bytes: Uint8Array, file: string): InferBody {
  try {
    return decodeInfer(bytes);
  } catch (error) {
    const kind = looksLikeJson(bytes) ? (error as Error).message : 'it is neither JSON, .npy, PNG nor JPEG';
    throw cliError('INPUT_UNREADABLE', `${file} can't be read as a question: ${kind}`, error);
  }
}

/** JSON begins with a brace or a bracket. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b;
}

/** `NAME=FILE` where NAME is an input of the model; a file's name may hold `=` itself. */
function splitName(argument: string, { inputs }: Manifest): { name?: string; file: string } {
  const input = inputs
    .filter((each) => argument.startsWith(`${each.name}=`))
    .sort((a, b) => b.name.length - a.name.length)[0];
  return input ? { name: input.name, file: argument.slice(input.name.length + 1) } : { file: argument };
}

function onlyInput(file: string, manifest: Manifest): string {
  const [only, second] = manifest.inputs;
  if (only && !second) return only.name;
  throw cliError(
    'USAGE',
    `the model takes ${takes(manifest)}: say which input ${file} is, as --input NAME=${file}`,
  );
}

/** `left FP32[?] and right INT64[2]`. */
export const takes = ({ inputs }: Manifest): string => inputs.map(signatureText).join(' and ');

/** What a model's inputs may be read from. */
export const kinds = (manifest: Manifest): string =>
  imageRuleOf(manifest.card) ? 'JSON tensors, .npy, PNG or JPEG' : 'JSON tensors or .npy';
