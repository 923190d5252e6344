import { TopicValidatorResult } from '@libp2p/gossipsub';
import { reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { TokenBuckets } from '../wire/token-bucket.ts';
import { addressOfPeer } from './identity.ts';
import type { Host } from './libp2p.ts';
import type { NetworkLog } from './options.ts';

/** What a topic makes of a message. `reject` counts against the peer that handed it on; `ignore` only stops it. */
export type Gossiped = 'accept' | 'ignore' | 'reject';

export interface Gossip {
  /** @param receive judges a message and acts on it. @param data its bytes. @param from address of its author */
  subscribe(topic: string, receive: (data: Uint8Array, from: string) => Gossiped): void;
  /** Calls back whenever there is somebody to listen to a topic where there was nobody. */
  onAudience(topic: string, listener: () => void): void;
  /** Hands a message to the peers that listen. */
  publish(topic: string, data: Uint8Array): Promise<void>;
}

const verdicts: Record<Gossiped, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

export function createGossip({ host, log }: { readonly host: Host; readonly log: NetworkLog }): Gossip {
  const { gossip } = host.services;
  const allowance = new TokenBuckets(networkLimits.gossipBurst, networkLimits.gossipRate);
  return {
    subscribe(topic, receive) {
      gossip.topicValidators.set(topic, (via, message) => {
        // The library has checked the author's signature; a node's author is the key that signs its receipts too.
        const from = message.type === 'signed' ? addressOfPeer(message.from) : undefined;
        if (from === undefined) return verdicts.reject;
        if (!allowance.take(via.toString())) return verdicts.ignore;
        return verdicts[receive(message.data, from)];
      });
      gossip.subscribe(topic);
    },
    onAudience(topic, listener) {
      gossip.addEventListener('subscription-change', ({ detail }) => {
        const came = detail.subscriptions.some((change) => change.topic === topic && change.subscribe);
        if (came && gossip.getSubscribers(topic).length === 1) listener();
      });
    },
    async publish(topic, data) {
      try {
        await gossip.publish(topic, data);
      } catch (error) {
        // Peers that miss it learn it from the next exchange or by asking.
        log('debug', 'gossip was not taken', { topic, reason: reasonOf(error) });
      }
    },
  };
}
