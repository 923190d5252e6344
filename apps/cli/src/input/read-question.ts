import { CodedError, isCoded } from '@isobit/core';
import { type Manifest, modelId } from '@isobit/model';
import { type InferBody, parseInfer, requestFromInfer, requestTensors, type Tensor } from '@isobit/receipt';
import { cliError } from '../errors.ts';
import { kinds, type Part, type PartOptions, readPart, takes } from './read-part.ts';

/** What is asked of a model, checked against its manifest. */
export interface ReadQuestion {
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
  /** Name of a profile, where an inference body names one. */
  readonly profile?: string;
}

export interface ReadQuestionOptions extends PartOptions {
  /** Each `FILE`, `-` for standard input, or `NAME=FILE`. */
  readonly files: readonly string[];
}

/**
 * Reads what a person asks with: one body of the Open Inference Protocol, or an array (.npy) or image for each input.
 * All of them pass through the mapping of specs/open-inference.md, so that they are checked by the same rules.
 *
 * @throws CodedError `INPUT_UNREADABLE`, `FILE`, `USAGE`; `INFER_*` where it does not fit the model
 */
export async function readQuestion(options: ReadQuestionOptions): Promise<ReadQuestion> {
  const { files, manifest } = options;
  if (files.length === 0 && manifest.inputs.length > 0)
    throw cliError('USAGE', `the model takes ${takes(manifest)}: give --input FILE with ${kinds(manifest)}`);
  const parts: Part[] = [];
  for (const file of files) parts.push(await readPart(file, options));
  const [only] = parts;
  if (only && 'body' in only && parts.length === 1) return fromBody(only.body, manifest);
  const tensors = parts.map((part) => {
    if ('tensor' in part) return part.tensor;
    throw cliError(
      'USAGE',
      `${part.file} is a whole question as JSON: give it alone, or give each input as NAME=FILE.npy`,
    );
  });
  try {
    return fromBody(bodyOf(tensors), manifest);
  } catch (error) {
    // NumPy makes float64 of everything: the commonest slip.
    if (!isCoded(error, 'INFER_DATATYPE')) throw error;
    throw new CodedError(
      error.code,
      `${error.message}; save the array with .astype, such as .astype("float32")`,
      error.details,
    );
  }
}

/** Arrays as a binary body: bytes travel as they are. */
function bodyOf(tensors: readonly Tensor[]): InferBody {
  const inputs = tensors.map(({ name, datatype, shape, data }) => ({
    name,
    datatype,
    shape: [...shape],
    parameters: { binary_data_size: data.length },
  }));
  return { json: { inputs }, binary: new Uint8Array(Buffer.concat(tensors.map(({ data }) => data))) };
}

const UNUSED_SALT = new Uint8Array(32);

function fromBody(body: InferBody, manifest: Manifest): ReadQuestion {
  const { salt, nonce, profile } = parseInfer(body);
  if (salt ?? nonce)
    throw cliError(
      'INPUT_UNREADABLE',
      'the question names its own salt or nonce, which this command draws itself: leave isobit_salt and isobit_nonce out',
    );
  const request = requestFromInfer({
    body,
    manifest,
    model: modelId(manifest),
    profile: '-',
    salt: UNUSED_SALT,
  });
  return {
    inputs: requestTensors(request),
    ...(request.outputs ? { outputs: request.outputs } : {}),
    ...(profile === undefined ? {} : { profile }),
  };
}
