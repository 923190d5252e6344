export interface NpyParts {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly version: number;
  /** Instead of the one that the other parts make. */
  readonly header?: string;
}

/** A .npy file as numpy.save writes it (numpy.lib.format): the header padded so that the data starts at 64. */
export function writeNpy({ descr, shape, data, version, header }: NpyParts): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = header ?? `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const start = version === 1 ? 10 : 12;
  const padded = text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1);
  const head = Buffer.alloc(start);
  head.write('\u0093NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(padded.length + 1, 8);
  else head.writeUInt32LE(padded.length + 1, 8);
  return new Uint8Array(Buffer.concat([head, Buffer.from(`${padded}\n`, 'latin1'), data]));
}
