import { exactError } from '../../errors.ts';
import type { ModelFile } from '../model-file.ts';
import type { ContainerFiles, PlacedTensor } from '../placed-tensors.ts';
import type { FloatType } from '../reference/weights/weight-type.ts';
import type { Architecture } from './architecture.ts';
import { type Configurations, describeConfiguration } from './describe.ts';
import { safetensorsLimits } from './limits.ts';
import { headerLength, PREFIX_BYTES, readHeader, type SafetensorsEntry } from './read-header.ts';
import { readIndex } from './read-index.ts';
import { isObject, type JsonLimits, type JsonObject, readJson, readJsonObject } from './read-json.ts';

/** A tensor of floats: what safetensors hold of a model. */
export type SafetensorsTensor = PlacedTensor<FloatType>;

/** A model of which configuration and headers are read, and not one weight. */
export type SafetensorsModel = Omit<ModelFile<SafetensorsTensor>, 'bytes'>;

const CONFIG = 'config.json';
const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const POOLING = '1_Pooling/config.json';
const MODULES = 'modules.json';
const CONFIG_LIMITS: JsonLimits = {
  bytes: safetensorsLimits.configBytes,
  values: safetensorsLimits.configValues,
};

const refused = (name: string, what: string) =>
  exactError('MODEL_TENSOR', `tensor ${JSON.stringify(name.slice(0, 200))} ${what}; save the model again`, {
    tensor: name,
  });

/**
 * Reads what a model in safetensors is (specs/safetensors.md), by GGUF's names.
 *
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`, `MODEL_METADATA`, `MODEL_ARCHITECTURE`;
 * of the source
 */
export async function openSafetensors(files: ContainerFiles): Promise<SafetensorsModel> {
  const folder = files.entry.slice(0, files.entry.lastIndexOf('/') + 1);
  if (files.entry.slice(folder.length) !== CONFIG)
    throw exactError(
      'MODEL_MALFORMED',
      `a model in safetensors is entered by its ${CONFIG}: name that as the entry`,
    );
  const architecture = describeConfiguration(await readConfigurations(files, folder));
  const tensors = new Map<string, SafetensorsTensor>();
  let before = 0;
  for (const { path, size, entries } of await readWeights(files, folder)) {
    for (const entry of entries) {
      const tensor = tensorOf(entry, { path, before }, architecture);
      if (!tensor) continue;
      if (tensors.has(tensor.name)) throw refused(entry.name, 'occurs twice');
      tensors.set(tensor.name, tensor);
    }
    before += size;
  }
  checkRequired(tensors, architecture);
  const { metadata, order, divisors } = architecture;
  if (divisors) {
    const made = floatBytes(divisors);
    const name = 'rope_freqs.weight';
    tensors.set(name, {
      name,
      type: 'F32',
      sizes: [divisors.length],
      bytes: made.length,
      offset: before,
      place: { made },
    });
  }
  return { metadata, ...(order ? { order } : {}), tensors };
}

async function readAll(files: ContainerFiles, path: string, most: number): Promise<Uint8Array> {
  await using file = await files.open(path);
  if (file.size <= most) return file.read(0, file.size);
  throw exactError('MODEL_TOO_LARGE', `${path} has ${file.size} bytes, more than ${most}`);
}

async function readConfigurations(files: ContainerFiles, folder: string): Promise<Configurations> {
  const bytesOf = (path: string): Promise<Uint8Array> => readAll(files, folder + path, CONFIG_LIMITS.bytes);
  const read = async (path: string): Promise<JsonObject | undefined> =>
    files.paths.has(folder + path) ? readJsonObject(await bytesOf(path), path, CONFIG_LIMITS) : undefined;
  const model = await read(CONFIG);
  if (!model) throw exactError('MODEL_MALFORMED', `the model has no ${CONFIG}: fetch it again`);
  const pooling = await read(POOLING);
  const modules = files.paths.has(folder + MODULES) ? modulesOf(await bytesOf(MODULES)) : undefined;
  return { model, ...(pooling ? { pooling } : {}), ...(modules ? { modules } : {}) };
}

function modulesOf(bytes: Uint8Array): (string | undefined)[] {
  const modules = readJson(bytes, MODULES, CONFIG_LIMITS);
  if (!Array.isArray(modules)) throw exactError('MODEL_MALFORMED', `${MODULES} is no list: fetch it again`);
  return modules.map((module) =>
    isObject(module) && typeof module['type'] === 'string' ? module['type'] : undefined,
  );
}

interface WeightsFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly entries: readonly SafetensorsEntry[];
}

/** The header of the only file, or those of all that the index names, which hold what it says and nothing else. */
async function readWeights(files: ContainerFiles, folder: string): Promise<WeightsFile[]> {
  const isWhole = files.paths.has(folder + WHOLE);
  const isIndexed = files.paths.has(folder + INDEX);
  if (isWhole === isIndexed)
    throw exactError(
      'MODEL_MALFORMED',
      isWhole
        ? `the model has both ${WHOLE} and an index of several files: leave one of them out`
        : `the model has neither ${WHOLE} nor ${INDEX}: fetch it again`,
    );
  if (isWhole) return [await readFileHeader(files, folder + WHOLE)];
  const index = readIndex(await readAll(files, folder + INDEX, safetensorsLimits.indexBytes));
  const found: WeightsFile[] = [];
  for (const [name, names] of index) {
    const path = folder + name;
    if (!files.paths.has(path))
      throw exactError('MODEL_MALFORMED', `the index names ${name}, which the model has not: fetch it again`);
    const weights = await readFileHeader(files, path);
    const { entries } = weights;
    const stray = entries.find((entry) => !names.has(entry.name));
    if (stray) throw refused(stray.name, `lies in ${name}, and the index does not say so`);
    if (entries.length < names.size)
      throw exactError('MODEL_MALFORMED', `${name} lacks tensors that the index says it has: fetch it again`);
    found.push(weights);
  }
  return found;
}

async function readFileHeader(files: ContainerFiles, path: string): Promise<WeightsFile> {
  await using file = await files.open(path);
  const length = headerLength(await file.read(0, Math.min(PREFIX_BYTES, file.size)), file.size);
  const entries = readHeader(await file.read(PREFIX_BYTES, PREFIX_BYTES + length), file.size);
  return { path, size: file.size, entries };
}

const WEIGHTS: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16'] satisfies FloatType[]);

/** Undefined for a tensor that is passed over. @throws CodedError `MODEL_TENSOR`, `MODEL_ARCHITECTURE` */
function tensorOf(
  entry: SafetensorsEntry,
  { path, before }: { readonly path: string; readonly before: number },
  { rename }: Architecture,
): SafetensorsTensor | undefined {
  const { dtype, shape, offset, bytes } = entry;
  const name = rename(entry.name);
  if (name === undefined) return undefined;
  if (name === null)
    throw exactError(
      'MODEL_ARCHITECTURE',
      `the model has a tensor ${JSON.stringify(entry.name.slice(0, 200))}, which this profile does not describe: convert it to GGUF, for profile llama-wasm-1 or fast`,
      { tensor: entry.name },
    );
  if (!WEIGHTS.has(dtype))
    throw refused(entry.name, `is of type ${dtype}, where weights are F32, F16 or BF16`);
  if (shape.length < 1 || shape.length > 2)
    throw refused(entry.name, `has ${shape.length} dimensions instead of one or two`);
  return {
    name,
    type: dtype as FloatType,
    sizes: shape.toReversed(),
    bytes,
    offset: before + offset,
    place: { path, offset },
  };
}

/** What GGUF leaves optional, and this model says it has. @throws CodedError `MODEL_TENSOR`, `MODEL_METADATA` */
function checkRequired(tensors: ReadonlyMap<string, SafetensorsTensor>, of: Architecture): void {
  const need = (name: string): void => {
    if (!tensors.has(name))
      throw refused(name, 'is absent, where the configuration says that the model has it');
  };
  for (const name of of.required.model) need(name);
  for (let layer = 0; of.required.layer.length > 0 && layer < of.layers; layer++)
    for (const name of of.required.layer) need(`blk.${layer}.${name}`);
  const rows = tensors.get('token_embd.weight')?.sizes[1];
  if (rows === undefined || rows === of.vocabulary) return;
  throw exactError(
    'MODEL_METADATA',
    `config.json states a vocabulary of ${of.vocabulary} where the model embeds ${rows} tokens; fetch it again`,
  );
}

function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return bytes;
}
