import { limits } from '@isobit/core';
import { ggufPart, ggufPaths } from '@isobit/model';
import { exactError } from '../../errors.ts';
import { ggufLimits } from './limits.ts';
import type { Metadata, MetadataValue } from './read-metadata.ts';

const NUMBER = 'split.no';
const COUNT = 'split.count';
const TENSORS = 'split.tensors.count';
/** What a later part says of itself. */
const OWN: ReadonlySet<string> = new Set([NUMBER, 'general.alignment']);

/** What the first of several files says of all of them. */
export interface GgufSplit {
  /** Of all parts, in their order. */
  readonly paths: readonly string[];
  /** Of all parts together. */
  readonly tensors: number;
}

/** The error for a file that is no part of the model it is found in. */
export const wrongPart = (path: string, what: string) =>
  exactError('MODEL_MALFORMED', `${path} ${what}; fetch the model again`, { path });

/**
 * What a model's first file says of others; undefined where it is the whole model.
 *
 * @throws CodedError `MODEL_MALFORMED` where it is not the first of several, or not called so; `MODEL_TOO_LARGE`
 */
export function readSplit(path: string, metadata: Metadata): GgufSplit | undefined {
  const count = metadata.has(COUNT) ? countAt(path, metadata, COUNT) : 0;
  if (count <= 1) return undefined;
  const tensors = countAt(path, metadata, TENSORS);
  for (const [what, stated, most] of [
    ['parts', count, limits.manifestFiles],
    ['tensors', tensors, ggufLimits.tensors],
  ] as const)
    if (stated > most)
      throw exactError('MODEL_TOO_LARGE', `${path} states ${stated} ${what}, more than ${most}`, { path });
  const number = countAt(path, metadata, NUMBER) + 1;
  if (number !== 1)
    throw wrongPart(path, `is part ${number} of ${count}, and a model is entered by the first: name that`);
  const named = ggufPart(path);
  if (named?.number !== 1 || named.count !== count)
    throw wrongPart(path, `is the first of ${count} files, so its name must end as gguf-split writes it`);
  return { paths: ggufPaths(path), tensors };
}

/**
 * A later part is the one that its path says, of the same model as the first.
 *
 * @param number from 2
 * @throws CodedError `MODEL_MALFORMED`
 */
export function checkPart(path: string, number: number, metadata: Metadata, first: Metadata): void {
  if (countAt(path, metadata, NUMBER) + 1 !== number)
    throw wrongPart(path, `states another place than that of part ${number}`);
  for (const key of [COUNT, TENSORS])
    if (countAt(path, metadata, key) !== countAt(path, first, key))
      throw wrongPart(path, `states another ${key} than the first part: it is of another model`);
  for (const [key, value] of metadata) {
    if (OWN.has(key)) continue;
    const stated = first.get(key);
    if (!stated || !isSame(value, stated))
      throw wrongPart(path, `states ${JSON.stringify(key)} otherwise than the first part`);
  }
}

function countAt(path: string, metadata: Metadata, key: string): number {
  const found = metadata.get(key);
  if (found?.type === 'integer' && found.value >= 0n) return Number(found.value);
  throw wrongPart(path, `is one of several files, and its ${key} is absent or no count`);
}

function isSame(a: MetadataValue, b: MetadataValue): boolean {
  if (a.type === 'array' && b.type === 'array')
    return a.values.length === b.values.length && a.values.every((value, i) => Object.is(value, b.values[i]));
  return a.type !== 'array' && b.type === a.type && Object.is(a.value, b.value);
}
