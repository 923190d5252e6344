import { utf8 } from '@isobit/core';
import { readListing } from '../../src/blobs/bucket/s3-xml.ts';
import { parseRange } from '../../src/blobs/http/byte-range.ts';
import { createBlobHandler, createMemoryBlobs } from '../../src/index.ts';

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 4_096));
const handler = createBlobHandler({ store: createMemoryBlobs() });

/** Every decoder of this folder that reads a stranger's bytes: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  range: {
    run(bytes) {
      const range = parseRange(latin(bytes), bytes.length);
      if (typeof range !== 'object') return;
      if (!(range.start >= 0 && range.start < range.end && range.end <= bytes.length))
        throw new Error('a range leads outside');
    },
    seeds: () => ['bytes=0-1', 'bytes=-5', 'bytes=3-', 'bytes=0-0,2-3'].map(utf8),
  },
  request: {
    async run(bytes) {
      const url = `http://host/${encodeURI(latin(bytes).toWellFormed())}`;
      if (!URL.canParse(url)) return;
      const { status } = await handler(new Request(url));
      if (status !== 404) throw new Error(`an empty store answered ${status}`);
    },
    seeds: () => [`blobs/${'a'.repeat(64)}`, `blobs/${'a'.repeat(64)}/leaves`, 'blobs/../x'].map(utf8),
  },
  listing: {
    run: (bytes) => readListing(latin(bytes)),
    seeds: () => [
      utf8('<R><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents></R>'),
    ],
  },
};
