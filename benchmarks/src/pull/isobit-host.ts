import { serve } from '@isobit/node';
import { createBlobHandler, openBlobFolder } from '@isobit/store';

/** Puts a file of noise into a folder and serves it as a node does. Tells its parent where and what. */
const [dir = '', size = '0'] = process.argv.slice(2);
const store = await openBlobFolder({ dir });

function* noise(bytes: number): Generator<Uint8Array> {
  let state = 1;
  for (let at = 0; at < bytes; at += 2 ** 20) {
    const words = new Uint32Array(2 ** 18);
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    yield new Uint8Array(words.buffer, 0, Math.min(2 ** 20, bytes - at));
  }
}

const { root } = await store.put(noise(Number(size)));
const handler = createBlobHandler({ store });
const { port } = await serve({ fetch: handler }, { host: '127.0.0.1', port: 0 });
process.send?.({ url: `http://127.0.0.1:${port}/`, root, path: store.path(root) });
process.on('disconnect', () => process.exit());
