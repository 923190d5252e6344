import { createSha256, toHex, utf8 } from '@isobit/core';
import type { Tensor } from '../tensor.ts';

const VALUE_TAG = utf8('isobit/value/1\0');

/**
 * Salted digest of one value: datatype and shape are part of it. 64 hex characters. Hashed piece by piece, since
 * a trace holds every intermediate value and copying each would cost as much as hashing it.
 */
export const valueDigest = ({ datatype, shape, data }: Omit<Tensor, 'name'>, salt: Uint8Array): string =>
  toHex(
    createSha256()
      .update(VALUE_TAG)
      .update(salt)
      .update(utf8(`${datatype}[${shape.join(',')}]\n`))
      .update(data)
      .digest(),
  );
