import { fromUtf8, isHex32, utf8 } from '@isobit/core';
import { createCosigner, witnessName } from '@isobit/log';
import type { Network } from '@isobit/network';
import { openWitness, type WitnessStore } from '@isobit/store';
import type { Identity } from '../../identity.ts';

/** Length of an origin's hash in hex. */
const HASH_LENGTH = 64;

/** Cosigns the logs of other nodes, over libp2p (specs/jobs.md section 9); the store serves HTTP as well. */
export async function startWitness({
  dir,
  identity,
  network,
}: {
  dir: string;
  identity: Identity;
  network: Network;
}): Promise<WitnessStore> {
  const store = openWitness({
    dir,
    cosigner: createCosigner(witnessName(identity.key.address), identity.witnessKey),
  });
  await network.handleWitness(async (body) => {
    const hash = body.length === HASH_LENGTH ? fromUtf8(body) : undefined;
    if (hash === undefined || !isHex32(hash)) return store.addCheckpoint(body);
    const checkpoint = store.latest(hash);
    return checkpoint ? { status: 200, body: checkpoint } : { status: 404, body: utf8('none\n') };
  });
  return store;
}
