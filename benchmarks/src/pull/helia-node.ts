import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { withBitswap } from '@helia/bitswap';
import { withLibp2pLight } from '@helia/libp2p';
import { identify } from '@libp2p/identify';
import { tcp } from '@libp2p/tcp';
import { FsBlockstore } from 'blockstore-fs';
import { createHeliaLight } from 'helia';

/** Helia with bitswap and nothing else: no routing, no gateways. Blocks are kept in a folder, as ours are. */
export async function heliaNode(dir: string) {
  const libp2p = {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  };
  const helia = withBitswap(withLibp2pLight(createHeliaLight({ blockstore: new FsBlockstore(dir) }), libp2p));
  await helia.start();
  return helia;
}
