import { utf8 } from '@isobit/core';
import { readListing } from '../../src/blobs/bucket/s3-xml.ts';
import { parseRange } from '../../src/blobs/http/byte-range.ts';
import { headEnd, readRangeHead } from '../../src/blobs/http/direct/range-head.ts';
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
  head: {
    run(bytes) {
      const end = headEnd(bytes, 0);
      if (end < 0) return;
      const range = { start: 0, end: 10, size: 20 };
      const read = readRangeHead(bytes.subarray(0, end), range);
      const text = latin(bytes.subarray(0, end)).toLowerCase();
      if (read && !/content-range:[ \t]*bytes 0-9\/20/.test(text))
        throw new Error('a head without the range was taken');
    },
    seeds: () =>
      ['', 'Connection: close\r\n', 'Transfer-Encoding: chunked\r\n'].map((line) =>
        utf8(`HTTP/1.1 206 Partial\r\nContent-Length: 10\r\n${line}Content-Range: bytes 0-9/20\r\n\r\n`),
      ),
  },
  listing: {
    run: (bytes) => readListing(latin(bytes)),
    seeds: () => [
      utf8('<R><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents></R>'),
    ],
  },
};
