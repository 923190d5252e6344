import { type Check, type Client, createClient } from '@isobit/client';
import type { Invocation } from '../command.ts';
import type { FoundNode } from '../nodes/find-node.ts';
import { followsPrivate, operatorStatus } from '../nodes/status.ts';
import { hostsBy } from '../replay/blob-hosts.ts';
import { createLocalReplayer } from '../replay/local-replayer.ts';
import { readTrust, type TrustBesidesClock } from '../trust-options.ts';

/** Levels to which an answer may be checked. */
export const checks = ['none', 'signature', 'replay', 'peer'] as const satisfies readonly Check[];

/** A client that believes what the command line says, and runs again on this machine. */
export interface CheckingClient extends AsyncDisposable {
  readonly client: Client;
  readonly trust: TrustBesidesClock;
}

/** @throws CodedError `USAGE`, `VKEY_INVALID`, `VKEY_UNKNOWN_TYPE` */
export async function openCheckingClient(invocation: Invocation, node: FoundNode): Promise<CheckingClient> {
  const { terminal, signal, home } = invocation;
  const status = await operatorStatus(node, signal);
  const trust = readTrust(invocation);
  const network =
    invocation.options['network'] === undefined ? (status?.network ?? trust.network) : trust.network;
  const replayer = createLocalReplayer({ home, hosts: hostsBy([], node, followsPrivate(status)), terminal });
  return {
    client: createClient({ baseUrl: node.api.baseUrl, replayer, trust: { ...trust, network } }),
    trust,
    [Symbol.asyncDispose]: () => replayer[Symbol.asyncDispose](),
  };
}
