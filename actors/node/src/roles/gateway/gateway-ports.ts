import type { Dispatcher, Readiness } from '@isobit/gateway';
import { knownProfiles, networkId } from '@isobit/receipt';
import type { NodeParts } from '../../parts.ts';
import { createDispatcher, workersFor } from './dispatcher.ts';

/** What this node gives the gateway: workers of the network, its own among them, and what it knows of them. */
export function createGatewayPorts({
  options,
  network,
  worker,
  offer,
  receipts,
}: Pick<NodeParts, 'options' | 'network' | 'worker' | 'offer' | 'receipts'>): {
  dispatcher: Dispatcher;
  readiness: Readiness;
} {
  const local = options.roles.includes('worker') ? { handler: worker.handler, offer: offer.now } : undefined;
  return {
    dispatcher: createDispatcher({
      network,
      ownNetwork: networkId(options.network),
      local,
      onForeign: (_, { receipt, log }) => receipts.note([{ receipt, foreign: log }]),
    }),
    readiness: {
      isReady: async (model) =>
        model === undefined ||
        knownProfiles.some(
          ({ name, exact }) =>
            exact && workersFor(network, local?.offer(), { model, profile: name }).length > 0,
        ),
    },
  };
}
