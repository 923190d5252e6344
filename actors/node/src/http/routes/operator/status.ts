import { networkId } from '@isobit/receipt';
import type { NodeParts } from '../../../parts.ts';

/** What `GET /api/status` tells the operator. */
export async function statusOf(parts: NodeParts): Promise<object> {
  const { network, options, version, log, binding, gate, witness, worker } = parts;
  return {
    address: network.self,
    peerId: network.peerId,
    network: networkId(options.network),
    version,
    roles: options.roles,
    addresses: network.addresses(),
    http: parts.httpUrls(),
    dataDir: options.dataDir,
    log: { origin: log.origin, size: log.size, vkey: binding.log },
    witness: witness ? { vkey: binding.witness } : undefined,
    signing: gate.stop ? { ok: false, stop: gate.stop, reason: gate.reason } : { ok: true },
    peers: network.peers().map(({ address }) => address),
    load: worker.load.now(),
  };
}
