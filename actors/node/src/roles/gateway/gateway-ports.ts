import type { Dispatcher, ExchangeSigner, Holdings, Readiness, Receipts, Telemetry } from '@isobit/gateway';
import { fittingWorkers } from '@isobit/network';
import { knownProfiles, networkId, type Profile, usualProfileOf } from '@isobit/receipt';
import type { NodeParts } from '../../parts.ts';
import type { EvidenceParts } from '../../receipts/evidence-of.ts';
import { createDispatcher } from './dispatcher.ts';
import { createExchangeSigner } from './exchange-signer.ts';
import { knownWorkers } from './known-workers.ts';
import { createPublicReceipts } from './public-receipts.ts';

const exactProfiles = knownProfiles.filter(({ exact }) => exact);

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
  /** The first of these profiles under which a worker runs a model now. */
  const runUnder = (model: string, profiles: readonly Profile[]): string | undefined => {
    const known = knownWorkers(network, local?.offer());
    return profiles.find(({ name }) => fittingWorkers(known, { model, profile: name }).fitting.length > 0)
      ?.name;
  };
  const exactProfile = (model: string): string | undefined => runUnder(model, exactProfiles);
  /** A model that has no exact profile is asked under the one that it has. */
  async function isReady(model: string): Promise<boolean> {
    if (exactProfile(model) !== undefined) return true;
    const { manifest } = (await parts.registry.manifest(model)) ?? {};
    return manifest !== undefined && runUnder(model, [usualProfileOf(manifest)]) !== undefined;
  }
  return {
    dispatcher: createDispatcher({
      network,
      ownNetwork: networkId(options.network),
      local,
      records,
      onForeign: (_, { receipt, log }) => receipts.note([{ receipt, foreign: log }]),
      onAttempt: ({ node, code }) =>
        report('info', 'a worker was given up for another', { worker: node, code }),
    }),
    readiness: {
      isReady: async (model) => model === undefined || (await isReady(model)),
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
