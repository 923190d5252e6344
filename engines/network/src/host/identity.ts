import { addressOf, isCoded, type NodeKey } from '@isobit/core';
import { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerId, PrivateKey } from '@libp2p/interface';
import { peerIdFromPublicKey } from '@libp2p/peer-id';

/** The node key as libp2p takes it: the same key signs receipts and opens connections. */
export const privateKeyOf = (key: NodeKey): PrivateKey => privateKeyFromRaw(key.secret);

/** @param publicKey 33 bytes, compressed secp256k1 */
export const peerIdOfPublicKey = (publicKey: Uint8Array): PeerId =>
  peerIdFromPublicKey(publicKeyFromRaw(publicKey));

/**
 * Address of a peer, from the public key inside its peer id, which the connection's handshake has proven; undefined
 * for a peer whose key is of another kind and which is therefore no node of Isobit.
 */
export function addressOfPeer(peerId: PeerId): string | undefined {
  if (peerId.type !== 'secp256k1') return undefined;
  try {
    return addressOf(peerId.publicKey.raw);
  } catch (error) {
    if (isCoded(error, 'KEY_INVALID')) return undefined;
    throw error;
  }
}
