import { createReadStream } from 'node:fs';
import { unixfs } from '@helia/unixfs';
import { heliaNode } from './helia-node.ts';

/** Adds a file and serves it over bitswap. Tells its parent where and what. */
const [dir = '', path = ''] = process.argv.slice(2);
const helia = await heliaNode(dir);

const cid = await unixfs(helia).addByteStream(createReadStream(path, { highWaterMark: 2 ** 20 }));
process.send?.({ address: String(helia.libp2p.getMultiaddrs()[0]), cid: String(cid) });
process.on('disconnect', () => process.exit());
