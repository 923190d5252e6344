import { signPersonal } from '@isobit/core';
import type { ExchangeSigner } from '@isobit/gateway';
import type { NodeParts } from '../../parts.ts';

/**
 * Signs with the node key which bytes went over its HTTP. That is entered in no log and can contradict nothing, so it
 * need not wait for the start; a node that signs nothing any more signs no such thing either.
 */
export const createExchangeSigner = ({
  identity: { key },
  gate,
}: Pick<NodeParts, 'identity' | 'gate'>): ExchangeSigner => ({
  address: key.address,
  sign(text) {
    if (gate.stop !== 'starting') gate.check();
    return signPersonal(key, text);
  },
});
