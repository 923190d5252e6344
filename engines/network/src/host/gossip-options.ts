import { limits } from '@isobit/core';
import type { GossipsubOpts } from '@libp2p/gossipsub';
import { createTopicScoreParams } from '@libp2p/gossipsub/score';
import type { NetworkSettings } from './options.ts';

/** Topics of a network; its digest is part of the name, so two networks on one machine never mix. */
export const offersTopic = (network: string): string => `/isobit/offers/1/${network}`;
export const namesTopic = (network: string): string => `/isobit/names/1/${network}`;

/**
 * Messages are few, so a peer is not scored by how many it delivers; but the square of its invalid ones counts
 * (specs/offer.md section 5): at the third within a minute it falls below the graylist's −80 and is ignored.
 */
const topicScore = createTopicScoreParams({
  topicWeight: 1,
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.98,
});

export const gossipOptions = ({ network }: NetworkSettings): Partial<GossipsubOpts> => ({
  globalSignaturePolicy: 'StrictSign',
  allowPublishToZeroTopicPeers: true,
  fallbackToFloodsub: false,
  doPX: false,
  allowedTopics: [offersTopic(network), namesTopic(network)],
  maxInboundDataLength: limits.documentBytes + 4_096,
  maxOutboundBufferSize: 8 * 1024 * 1024,
  maxTopicBytesPerPeer: 16 * 1024,
  scoreParams: {
    topics: { [offersTopic(network)]: topicScore, [namesTopic(network)]: topicScore },
    // Many nodes behind one address are a laboratory or a household, not an attack: silence would break both.
    IPColocationFactorWeight: 0,
  },
});
