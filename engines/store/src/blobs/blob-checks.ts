import { isHex32, limits } from '@isobit/core';
import { storeError } from '../errors.ts';
import type { BlobStat, ByteRange } from './blob-store.ts';

/** @throws CodedError `BLOB_ROOT_INVALID` */
export function checkRoot(root: string): void {
  if (isHex32(root)) return;
  throw storeError(
    'BLOB_ROOT_INVALID',
    `"${String(root).slice(0, 80)}" is no block-tree root: give 64 lowercase hex characters`,
  );
}

/** @throws CodedError `BLOB_SIZE` */
export function checkSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 0 && size <= limits.fileBytes) return;
  throw storeError('BLOB_SIZE', `a file has 0 to ${limits.fileBytes} bytes, not ${size}: split it`, { size });
}

/** The range asked for, or the whole. @throws CodedError `BLOB_RANGE` */
export function checkRange({ root, size }: BlobStat, range: ByteRange | undefined): ByteRange {
  const { start, end } = range ?? { start: 0, end: size };
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && start >= 0 && start <= end && end <= size) return { start, end };
  throw storeError('BLOB_RANGE', `bytes ${start} to ${end} are not within the ${size} bytes of ${root}`, {
    start,
    end,
    size,
  });
}

export const absent = (root: string): Error =>
  storeError('BLOB_ABSENT', `no blob ${root} here: pull or push it first`, { root });

export const corrupt = (root: string, what: string): Error =>
  storeError('BLOB_CORRUPT', `the stored blob ${root} is damaged (${what}): remove it and pull it again`, {
    root,
  });
