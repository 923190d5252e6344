import { basename } from 'node:path';
import { ggufStem, labelPattern } from '@isobit/model';
import { cliError } from '../errors.ts';

const LABEL = new RegExp(`^${labelPattern}$`);

/** `NAME[:VERSION]`. @throws CodedError `USAGE` */
export function parseModelName(text: string): { name: string; version?: string } {
  const [name = '', version, ...more] = text.split(':');
  const wrong = more.length > 0 || !LABEL.test(name) || (version !== undefined && !LABEL.test(version));
  if (wrong)
    throw cliError(
      'USAGE',
      `"${text}" is no name: 1 to 64 of a-z 0-9 . _ - such as digits, with a version as in digits:2`,
    );
  return { name, ...(version === undefined ? {} : { version }) };
}

/**
 * The name that a file or folder suggests: `My Model.onnx` becomes `my-model`, as does `My Model-00001-of-00003.gguf`.
 *
 * @throws CodedError `USAGE`
 */
export function suggestedName(path: string): string {
  const name = ggufStem(basename(path))
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
    .replace(/[^a-z0-9]+$/, '');
  if (name) return name;
  throw cliError('USAGE', `${path} suggests no name: give one with --name`);
}
