import { existsSync } from 'node:fs';
import { isCoded } from '@isobit/core';
import { parseRef } from '@isobit/model';
import { cliError } from './errors.ts';

export type Reference =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'model'; readonly ref: string };

/** What nobody would write for a name: `./x`, `/x`, `..`, `~/x`. */
const PATHLIKE = /^(?:\.{1,2}$|\.{0,2}\/|~\/)/;

/**
 * What a person points at. `./x`, `/x` and an existing `x.onnx` are paths; what can be a name is one, since names are
 * typed more often; any other text is a path where it exists.
 *
 * @throws CodedError `REF_INVALID`
 */
export function readReference(text: string): Reference {
  if (PATHLIKE.test(text)) return { kind: 'path', path: text };
  if (text.toLowerCase().endsWith('.onnx') && existsSync(text)) return { kind: 'path', path: text };
  try {
    parseRef(text);
    return { kind: 'model', ref: text };
  } catch (error) {
    if (isCoded(error, 'REF_INVALID') && existsSync(text)) return { kind: 'path', path: text };
    throw error;
  }
}

/** A reference that must name a model of the network. @throws CodedError `USAGE` for a path, `REF_INVALID` */
export function namedModel(text: string): string {
  const reference = readReference(text);
  if (reference.kind === 'model') return reference.ref;
  throw cliError(
    'USAGE',
    `"${text}" is a path: give a model's name or id, or publish it first with isobit push`,
  );
}
