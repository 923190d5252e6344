import type { Multiaddr } from '@multiformats/multiaddr';
import { reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { pause, within } from '../wire/time.ts';
import type { Host } from './libp2p.ts';
import { type NetworkSettings, peerIdIn } from './options.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

export interface PeeringOptions {
  readonly host: Host;
  readonly settings: NetworkSettings;
  /** Opens a connection to one more node that an offer speaks of, if there is any. */
  readonly befriend: (signal: AbortSignal) => Promise<void>;
  /** Ends everything here. */
  readonly signal: AbortSignal;
}

/**
 * Keeps a node among others: each join address is dialled again while it is away, what discovery finds is dialled,
 * and nodes known from offers are, until there are enough connections.
 */
export function startPeering({ host, settings, befriend, signal }: PeeringOptions): void {
  const { log } = settings;
  const isConnected = (peerId: string | undefined) =>
    host.getPeers().some((peer) => peer.toString() === peerId);
  const hasEnough = () => host.getPeers().length >= networkLimits.wantedConnections;

  const keepJoined = async (address: Multiaddr): Promise<void> => {
    let retry = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        if (!isConnected(peerIdIn(address)))
          await host.dial(address, { signal: within(networkLimits.joinMs, signal) });
        retry = FIRST_RETRY_MS;
        await untilDisconnected(host, signal);
      } catch (error) {
        if (signal.aborted) return;
        log(retry > 4_000 ? 'warn' : 'debug', `${address} does not answer; trying again`, {
          reason: reasonOf(error),
          afterMs: retry,
        });
        await pause(retry, signal);
        retry = Math.min(LAST_RETRY_MS, retry * 2);
      }
    }
  };

  const keepEnough = async (): Promise<void> => {
    while (!signal.aborted) {
      // One after the other and not in step: a network that starts at once should not shake all hands at once.
      await pause(networkLimits.befriendMs * (0.5 + Math.random()), signal);
      if (!hasEnough()) await befriend(signal).catch(() => {});
    }
  };

  host.addEventListener('peer:discovery', ({ detail }) => {
    if (signal.aborted || hasEnough() || isConnected(detail.id.toString())) return;
    host
      .dial(detail.id, { signal: within(networkLimits.dialMs, signal) })
      .catch((error) =>
        log('debug', `${detail.id} was discovered and does not answer`, { reason: reasonOf(error) }),
      );
  });
  const own = host.peerId.toString();
  for (const address of settings.join) if (peerIdIn(address) !== own) void keepJoined(address);
  void keepEnough();
}

/** Resolves at the next disconnection of any peer. @throws the signal's reason */
async function untilDisconnected(host: Host, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onDisconnect = () => resolve();
  const onAbort = () => reject(signal.reason);
  host.addEventListener('peer:disconnect', onDisconnect);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
  } finally {
    host.removeEventListener('peer:disconnect', onDisconnect);
    signal.removeEventListener('abort', onAbort);
  }
}
