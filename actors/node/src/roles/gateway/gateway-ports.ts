import type { Dispatcher, ExchangeSigner, Holdings, Readiness, Receipts, Telemetry } from '@isobit/gateway';
import { fittingWorkers } from '@isobit/network';
import { knownProfiles, networkId } from '@isobit/receipt';
import type { NodeParts } from '../../parts.ts';
import type { EvidenceParts } from '../../receipts/evidence-of.ts';
import { createDispatcher } from './dispatcher.ts';
import { createExchangeSigner } from './exchange-signer.ts';
import { knownWorkers } from './known-workers.ts';
import { createPublicReceipts } from './public-receipts.ts';

/** What the gateway is given of its node. */
export interface GatewayPorts {
  readonly dispatcher: Dispatcher;
  readonly readiness: Readiness;
  readonly receipts: Receipts;
  readonly holdings: Holdings;
  readonly signer: ExchangeSigner;
  readonly telemetry?: Telemetry;
}

/** Workers of the network, this node's own among them, and what is known of them and of their receipts. */
export function createGatewayPorts(
  parts: EvidenceParts &
    Pick<
      NodeParts,
      'options' | 'network' | 'worker' | 'offer' | 'registry' | 'identity' | 'gate' | 'records' | 'report'
    >,
): GatewayPorts {
  const { options, network, worker, offer, receipts, records, report } = parts;
  const local = options.roles.includes('worker') ? { handler: worker.handler, offer: offer.now } : undefined;
  const exactProfile = (model: string): string | undefined => {
    const known = knownWorkers(network, local?.offer());
    return knownProfiles.find(
      ({ name, exact }) => exact && fittingWorkers(known, { model, profile: name }).fitting.length > 0,
    )?.name;
  };
  return {
    dispatcher: createDispatcher({
      network,
      ownNetwork: networkId(options.network),
      local,
      records,
      onForeign: (_, { receipt, log }) => receipts.note([{ receipt, foreign: log }]),
      onAttempt: ({ node, code }) =>
        report('info', 'a worker was given up for the next', { worker: node, code }),
    }),
    readiness: {
      isReady: async (model) => model === undefined || exactProfile(model) !== undefined,
      exactProfile: async (model) => exactProfile(model),
    },
    receipts: createPublicReceipts(parts),
    signer: createExchangeSigner(parts),
    holdings: {
      loaded: () => worker.shelf.models().map(({ id }) => id),
      holds: parts.registry.holds,
    },
  };
}
