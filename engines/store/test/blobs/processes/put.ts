import { openBlobFolder } from '../../../src/index.ts';

/** Puts `size` bytes and tells how much more memory the process needed at its peak. */
const [dir = '', size = ''] = process.argv.slice(2);
const store = await openBlobFolder({ dir });
const block = new Uint8Array(2 ** 20);
const before = process.memoryUsage().rss;

function* blocks(): Generator<Uint8Array> {
  for (let at = 0; at < Number(size); at += block.length) {
    block[at % 1000] = at;
    yield block;
  }
}

await store.put(blocks());
process.send?.({ grown: process.resourceUsage().maxRSS * 1024 - before });
process.disconnect();
