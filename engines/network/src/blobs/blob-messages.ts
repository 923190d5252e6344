import { documentKind, field, limits } from '@isobit/core';
import * as v from 'valibot';
import { networkLimits } from '../limits.ts';

export const BLOB_PROTOCOL = '/isobit/blob/1';

const size = v.pipe(field.count, v.maxValue(limits.fileBytes));

/** What is asked of a blob's holder (specs/jobs.md section 8): its leaf list, or bytes [start, end). */
export const blobRequestKind = documentKind(
  'blob-request/1',
  v.variant('want', [
    v.strictObject({
      isobit: v.literal('blob-request/1'),
      want: v.literal('leaves'),
      root: field.hex32,
      size,
    }),
    v.pipe(
      v.strictObject({
        isobit: v.literal('blob-request/1'),
        want: v.literal('range'),
        root: field.hex32,
        size,
        start: field.count,
        end: field.count,
      }),
      v.check((r) => r.start < r.end && r.end <= r.size, 'must be a range inside the file'),
      v.check(
        (r) => r.end - r.start <= networkLimits.blobRangeBytes,
        'must be a range that one request may ask',
      ),
    ),
  ]),
);

export type BlobRequest = ReturnType<typeof blobRequestKind.parse>;

/** Comes before the bytes, which follow without frames: exactly `length` of them. */
export const blobReplyKind = documentKind(
  'blob-reply/1',
  v.strictObject({
    isobit: v.literal('blob-reply/1'),
    status: v.picklist(['ok', 'absent', 'busy']),
    /** 0 unless `ok`. */
    length: v.pipe(
      field.count,
      v.maxValue(Math.max(networkLimits.blobRangeBytes, (limits.fileBytes / limits.blockBytes) * 32)),
    ),
  }),
);
