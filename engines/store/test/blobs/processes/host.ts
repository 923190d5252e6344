import { createBlobHandler, openBlobFolder } from '../../../src/index.ts';
import { serve } from '../serve.ts';

/** Serves a folder until it is killed; tells its parent the URL. A second argument names a block to falsify. */
const [dir = '', bad] = process.argv.slice(2);
const folder = await openBlobFolder({ dir });
const badByte = bad === undefined ? -1 : Number(bad) * 2 ** 20;
const store = {
  ...folder,
  async *read(...[root, range, signal]: Parameters<typeof folder.read>) {
    let at = range?.start ?? 0;
    for await (const chunk of folder.read(root, range, signal)) {
      if (at <= badByte && badByte < at + chunk.length)
        chunk[badByte - at] = (chunk[badByte - at] as number) ^ 1;
      at += chunk.length;
      yield chunk;
    }
  },
};
const server = await serve(createBlobHandler({ store }));
process.send?.(server.url);
process.on('disconnect', () => process.exit());
