import type { BlobRange } from '../../pull/source.ts';

/** Longest head that is read; node's own servers and proxies send less than 1 KiB. */
export const HEAD_BYTES = 16 * 1024;

const STATUS = /^HTTP\/1\.1 206(?: [\x20-\x7e]*)?$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\x20-\x7e]*?)[ \t]*$/;
/** Fields that decide how many bytes follow and which: given twice, readers differ in what they make of them. */
const DECISIVE = new Set(['content-length', 'content-range', 'transfer-encoding', 'connection']);

/**
 * Reads the head of an answer to a range request, and takes only the plainest: 206 with the length and the range
 * that were asked for, the bytes as they are. Whatever else it may be is for a full HTTP client to say.
 *
 * @param head the bytes up to the empty line, which is left out
 * @returns undefined for any other answer; else whether the connection serves another request
 */
export function readRangeHead(
  head: Uint8Array,
  { start, end, size }: Omit<BlobRange, 'root'>,
): { readonly keepAlive: boolean } | undefined {
  const [status, ...lines] = Buffer.from(head.buffer, head.byteOffset, head.length)
    .toString('latin1')
    .split('\r\n');
  if (!STATUS.test(status as string)) return undefined;
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = FIELD.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || (DECISIVE.has(name) && fields.has(name))) return undefined;
    fields.set(name, match?.[2] as string);
  }
  const isPlain =
    fields.get('content-length') === String(end - start) &&
    fields.get('content-range') === `bytes ${start}-${end - 1}/${size}` &&
    !fields.has('transfer-encoding') &&
    !fields.has('content-encoding');
  return isPlain
    ? { keepAlive: (fields.get('connection') ?? 'keep-alive').toLowerCase() === 'keep-alive' }
    : undefined;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Where the empty line that ends a head begins, or -1.
 *
 * @param from bytes before it were looked at already
 */
export function headEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LF, Math.max(3, from)); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at - 3;
  }
  return -1;
}
