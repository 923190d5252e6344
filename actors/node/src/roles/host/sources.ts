import { isCoded } from '@isobit/core';
import type { KnownOffer, Network } from '@isobit/network';
import { createHttpSource, type Source } from '@isobit/store';
import { nodeError } from '../../errors.ts';

export interface SourcesOptions {
  readonly network: Network;
  readonly allowPrivate: boolean;
}

/** A node that says it holds a model. */
export interface ModelHost {
  readonly node: string;
  readonly http: readonly string[];
}

/** Nodes whose offers say that they hold a model, the nearest first. */
export const hostsOf = (offers: readonly KnownOffer[], model: string): ModelHost[] =>
  offers
    .filter(({ offer }) => offer.holds.includes(model))
    .sort((a, b) => (a.latencyMs ?? Number.POSITIVE_INFINITY) - (b.latencyMs ?? Number.POSITIVE_INFINITY))
    .map(({ offer }) => ({ node: offer.node, http: offer.http }));

/**
 * Sources of a model's bytes: HTTP where a host has it, libp2p only for hosts without.
 *
 * @throws CodedError `NO_SOURCE`
 */
export async function openSources(
  model: string,
  { network, allowPrivate }: SourcesOptions,
): Promise<{ sources: Source[] } & AsyncDisposable> {
  const hosts = hostsOf(network.offers(), model);
  if (hosts.length === 0)
    throw nodeError('NO_SOURCE', `no node that can be reached holds ${model}`, { model });
  const open = new AsyncDisposableStack();
  const sources = hosts.flatMap(({ node, http }): Source[] => {
    const [url] = http;
    if (url === undefined) return [network.blobSource(node)];
    try {
      return [open.use(createHttpSource({ url, allowPrivate }))];
    } catch (error) {
      if (!isCoded(error)) throw error;
      // An address that may not be followed; the peer itself can still be asked.
      return [network.blobSource(node)];
    }
  });
  return { sources, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
