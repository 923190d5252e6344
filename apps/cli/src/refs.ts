import { existsSync } from 'node:fs';
import { isCoded } from '@isobit/core';
import { parseRef } from '@isobit/model';
import { type HubRef, isHubRef, parseHubRef } from '@isobit/store/hub-ref';
import { cliError } from './errors.ts';

export type Reference =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'model'; readonly ref: string }
  | { readonly kind: 'hub'; readonly ref: HubRef };

/** What nobody would write for a name: `./x`, `/x`, `..`, `~/x`. */
const PATHLIKE = /^(?:\.{1,2}$|\.{0,2}\/|~\/)/;

/**
 * What a person points at. `hf.co/…` is a model of a hub; `./x`, `/x` and an existing `x.onnx` or `x.gguf` are paths; what can be a name is one, since names are
 * typed more often; any other text is a path where it exists.
 *
 * @throws CodedError `REF_INVALID`, `HUB_REF_INVALID`
 */
export function readReference(text: string): Reference {
  if (isHubRef(text)) return { kind: 'hub', ref: parseHubRef(text) };
  if (PATHLIKE.test(text)) return { kind: 'path', path: text };
  if (/\.(?:onnx|gguf)$/i.test(text) && existsSync(text)) return { kind: 'path', path: text };
  try {
    parseRef(text);
    return { kind: 'model', ref: text };
  } catch (error) {
    if (isCoded(error, 'REF_INVALID') && existsSync(text)) return { kind: 'path', path: text };
    throw error;
  }
}

/** A reference that must name a model of the network. @throws CodedError `USAGE` for another one, `REF_INVALID` */
export function namedModel(text: string): string {
  const reference = readReference(text);
  if (reference.kind === 'model') return reference.ref;
  if (reference.kind === 'hub') throw notPulled(text);
  throw cliError(
    'USAGE',
    `"${text}" is a path: give a model's name or id, or publish it first with isobit push`,
  );
}

/** Where only models of the network are meant. */
export const notPulled = (text: string) =>
  cliError(
    'USAGE',
    `"${text}" is a model of a hub: give the name or id that isobit pull or isobit run printed for it, or pull it first`,
  );
