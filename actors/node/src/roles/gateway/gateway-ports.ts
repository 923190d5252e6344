import type { Dispatcher, Holdings, Readiness, Receipts } from '@isobit/gateway';
import { knownProfiles, networkId, usualProfileOf } from '@isobit/receipt';
import type { NodeParts } from '../../parts.ts';
import type { EvidenceParts } from '../../receipts/evidence-of.ts';
import { createDispatcher, workersFor } from './dispatcher.ts';
import { createPublicReceipts } from './public-receipts.ts';

/** What the gateway is given of its node. */
export interface GatewayPorts {
  readonly dispatcher: Dispatcher;
  readonly readiness: Readiness;
  readonly receipts: Receipts;
  readonly holdings: Holdings;
}

/** Workers of the network, this node's own among them, and what is known of them and of their receipts. */
export function createGatewayPorts(
  parts: EvidenceParts & Pick<NodeParts, 'options' | 'network' | 'worker' | 'offer' | 'registry'>,
): GatewayPorts {
  const { options, network, worker, offer, receipts } = parts;
  const local = options.roles.includes('worker') ? { handler: worker.handler, offer: offer.now } : undefined;
  const isRun = (model: string, profile: string): boolean =>
    workersFor(network, local?.offer(), { model, profile }).length > 0;
  const exactProfile = (model: string): string | undefined =>
    knownProfiles.find(({ name, exact }) => exact && isRun(model, name))?.name;
  /** A model that has no exact profile is asked under the one that it has. */
  async function isReady(model: string): Promise<boolean> {
    if (exactProfile(model) !== undefined) return true;
    const { manifest } = (await parts.registry.manifest(model)) ?? {};
    return manifest !== undefined && isRun(model, usualProfileOf(manifest).name);
  }
  return {
    dispatcher: createDispatcher({
      network,
      ownNetwork: networkId(options.network),
      local,
      onForeign: (_, { receipt, log }) => receipts.note([{ receipt, foreign: log }]),
    }),
    readiness: {
      isReady: async (model) => model === undefined || (await isReady(model)),
      exactProfile: async (model) => exactProfile(model),
    },
    receipts: createPublicReceipts(parts),
    holdings: {
      loaded: () => worker.shelf.models().map(({ id }) => id),
      holds: parts.registry.holds,
    },
  };
}
