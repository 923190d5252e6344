import { isModelPath } from '@isobit/model';
import { exactError } from '../../errors.ts';
import { safetensorsLimits } from './limits.ts';
import { isObject, readJsonObject } from './read-json.ts';

/**
 * Reads `model.safetensors.index.json`: which file holds which tensor.
 *
 * @returns names of tensors by the file beside the index that holds them
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`
 */
export function readIndex(bytes: Uint8Array): Map<string, Set<string>> {
  const { indexBytes, headerValues, files, tensors } = safetensorsLimits;
  const malformed = (what: string) =>
    exactError('MODEL_MALFORMED', `the index of the safetensors ${what}; fetch it again`);
  const { weight_map: map } = readJsonObject(bytes, 'the index of the safetensors', {
    bytes: indexBytes,
    values: headerValues,
  });
  if (!isObject(map)) throw malformed('has no weight_map');
  const byFile = new Map<string, Set<string>>();
  const entries = Object.entries(map);
  if (entries.length > tensors)
    throw exactError('MODEL_TOO_LARGE', `the index names ${entries.length} tensors, more than ${tensors}`);
  for (const [tensor, file] of entries) {
    if (!isModelPath(file) || file.includes('/') || !file.endsWith('.safetensors'))
      throw malformed(`names "${String(file).slice(0, 80)}", which is no safetensors file beside it`);
    const names = byFile.get(file) ?? new Set();
    byFile.set(file, names.add(tensor));
  }
  if (byFile.size === 0) throw malformed('names no file');
  if (byFile.size > files)
    throw exactError('MODEL_TOO_LARGE', `the index names ${byFile.size} files, more than ${files}`);
  return byFile;
}
