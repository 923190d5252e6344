import { unixfs } from '@helia/unixfs';
import { multiaddr } from '@multiformats/multiaddr';
import { CID } from 'multiformats/cid';
import { heliaNode } from './helia-node.ts';
import { eachRound } from './rounds.ts';

/** Fetches a file over bitswap into an empty blockstore each round. */
const [address = '', cid = '', size = '0'] = process.argv.slice(2);

await eachRound(async (dir) => {
  const helia = await heliaNode(dir);
  await helia.libp2p.dial(multiaddr(address));
  return async () => {
    let bytes = 0;
    for await (const chunk of unixfs(helia).cat(CID.parse(cid))) bytes += chunk.length;
    if (bytes !== Number(size)) throw new Error(`${bytes} of ${size} bytes came`);
    return () => helia.stop();
  };
});
