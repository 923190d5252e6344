import { isAddress, isCid, printable } from '@isobit/core';
import { modelError } from './errors.ts';
import { labelPattern } from './name.ts';

/** How people point at a model: an id, or `[owner/]name[:version]` with an address or a petname as owner. */
export type Ref =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'name'; readonly owner?: string; readonly name: string; readonly version?: string };

/** An address has the form of a label, so one pattern serves petnames and keys. */
const NAME = new RegExp(`^(?:(${labelPattern})/)?(${labelPattern})(?::(${labelPattern}))?$`);

/** @throws CodedError `REF_INVALID` */
export function parseRef(text: string): Ref {
  if (isCid(text)) return { kind: 'id', id: text };
  const match = NAME.exec(text);
  if (!match?.[2]) {
    throw modelError(
      'REF_INVALID',
      `"${printable(text)}" is no model: give an id, or a name such as digits, digits:2 or 0x…/digits:2`,
    );
  }
  const [, owner, name, version] = match;
  return { kind: 'name', name, ...(owner ? { owner } : {}), ...(version ? { version } : {}) };
}

/** True when a name's owner is a key and not a petname. */
export const ownerIsKey = (owner: string): boolean => isAddress(owner);
