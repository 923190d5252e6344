import { derivedSeed, type NodeKey, noteKey } from '@isobit/core';
import {
  createCosigner,
  ed25519Signer,
  type LogKeyDocument,
  logOrigin,
  signLogKey,
  witnessName,
} from '@isobit/log';

/** The document by which a key names its log and witness keys. */
export const logKeyOf = (key: NodeKey): LogKeyDocument =>
  signLogKey(key, {
    log: ed25519Signer(logOrigin(key.address), noteKey(derivedSeed(key, 'log'))).vkey,
    witness: createCosigner(witnessName(key.address), noteKey(derivedSeed(key, 'witness'))).vkey,
  });
