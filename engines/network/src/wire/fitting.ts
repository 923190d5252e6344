import { encodeCanonical } from '@isobit/core';

/** The first documents whose canonical bytes, with a comma each, fit together into `maxBytes`; at most `most`. */
export function fitting<T>(documents: readonly T[], maxBytes: number, most: number): T[] {
  const fit: T[] = [];
  let left = maxBytes;
  for (const document of documents.slice(0, most)) {
    left -= encodeCanonical(document).length + 1;
    if (left < 0) break;
    fit.push(document);
  }
  return fit;
}
