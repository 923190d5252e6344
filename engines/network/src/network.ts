import { setMaxListeners } from 'node:events';
import type { SignedManifest, SignedName } from '@isobit/model';
import type { JobAnswer } from '@isobit/receipt';
import { type Job, type Offer, type OfferBody, offerPublicKey } from '@isobit/receipt';
import { BLOB_PROTOCOL } from './blobs/blob-messages.ts';
import type { BlobPort, BlobSource } from './blobs/blob-port.ts';
import { createBlobServer } from './blobs/blob-server.ts';
import { createBlobSource } from './blobs/blob-source.ts';
import { createDocumentClient } from './documents/document-client.ts';
import { DOCUMENT_PROTOCOL, type NameQuery } from './documents/document-messages.ts';
import { createDocumentServer } from './documents/document-server.ts';
import type { DocumentSource } from './documents/document-source.ts';
import { createNameGossip, type NameListener } from './documents/name-gossip.ts';
import { networkError } from './errors.ts';
import { createGossip } from './host/gossip.ts';
import { namesTopic, offersTopic } from './host/gossip-options.ts';
import { peerIdOfPublicKey } from './host/identity.ts';
import { createHost, startHost } from './host/libp2p.ts';
import { type NetworkOptions, networkSettings } from './host/options.ts';
import { startPeering } from './host/peering.ts';
import { createProviders } from './host/providers.ts';
import { createRoutes, type Peer } from './host/routes.ts';
import { createServer } from './host/serve.ts';
import { type Dispatched, type DispatchOptions, dispatch } from './jobs/dispatch.ts';
import { createRunJob, type RunJobOptions } from './jobs/job-client.ts';
import { JOB_PROTOCOL } from './jobs/job-frames.ts';
import type { JobHandler } from './jobs/job-run.ts';
import { createJobServer } from './jobs/job-server.ts';
import { networkLimits } from './limits.ts';
import type { KnownOffer } from './offers/known-offer.ts';
import { createOfferService } from './offers/offer-service.ts';
import { ByteBudget } from './wire/byte-budget.ts';
import { pause } from './wire/time.ts';
import {
  createWitnessClient,
  createWitnessServer,
  WITNESS_PROTOCOL,
  type WitnessClient,
  type WitnessHandler,
} from './witness/witness-exchange.ts';

/** A node's place in the network. Everything that waits ends when it is disposed of. */
export interface Network extends AsyncDisposable {
  /** Address of this node's key. */
  readonly self: string;
  readonly peerId: string;
  /** Join addresses of this node, each with its `/p2p/<peer id>`; empty where it does not listen. */
  addresses(): string[];
  /** Nodes connected now. */
  peers(): Peer[];

  /** Offers this, from now on and until the next call. @throws CodedError `DOCUMENT_INVALID` */
  announce(body: OfferBody): void;
  /** Tells the others that this node offers nothing any more; best effort, within a moment. Never rejects. */
  withdraw(): Promise<void>;
  /** The newest valid offer of each other node. */
  offers(): KnownOffer[];
  /** @returns a function that ends the subscription */
  onOffer(listener: (offer: Offer) => void): () => void;
  /** The first offer of another node, known or to come, that the predicate accepts. @throws the signal's reason */
  waitForOffer(
    predicate: (offer: Offer) => boolean,
    options: { readonly signal: AbortSignal },
  ): Promise<Offer>;
  /** Measures round trips to these nodes now, so that `offers` knows them. Unreachable ones stay unmeasured. */
  measure(nodes: readonly string[]): Promise<void>;
  /**
   * Told, with the offer that shows it, when this node's key signs in another process too. The node must then sign
   * nothing more. Told at once when it is known already.
   */
  onKeyElsewhere(listener: (offer: Offer) => void): () => void;

  /** Works for others. @param limits jobs at once, of one peer and in all */
  handleJobs(
    handler: JobHandler,
    limits?: { readonly perPeer?: number; readonly total?: number },
  ): Promise<void>;
  /** Runs a job on one node. @throws CodedError of the jobs' list, `NODE_*`, `PEER_*`; or the signal's reason */
  runJob(node: string, job: Job, options?: RunJobOptions): Promise<JobAnswer>;
  /** Runs a job on the first candidate that takes it. @throws CodedError `NO_WORKER` and as `runJob` */
  dispatch(job: Job, options: DispatchOptions): Promise<Dispatched>;

  /** Answers peers that ask for manifests and names. */
  handleDocuments(source: DocumentSource): Promise<void>;
  /** @throws CodedError `MANIFEST_NOT_FOUND`; or the signal's reason */
  getManifest(id: string, options?: { readonly signal?: AbortSignal }): Promise<SignedManifest>;
  findNames(query: NameQuery, options?: { readonly signal?: AbortSignal }): Promise<SignedName[]>;
  /** @throws CodedError `DOCUMENT_REFUSED` */
  publishName(signed: SignedName): Promise<void>;
  /** @returns a function that ends the subscription */
  onName(listener: NameListener): () => void;

  /** Tells the Kademlia table that this node serves a model's bytes; its offer should say so too. */
  provide(model: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Addresses of nodes that serve a model's bytes, by offers and by the table. */
  findProviders(model: string, options?: { readonly signal?: AbortSignal }): Promise<string[]>;

  handleWitness(handler: WitnessHandler): Promise<void>;
  witnessOf(node: string): WitnessClient;

  handleBlobs(port: BlobPort): Promise<void>;
  blobSource(node: string): BlobSource;
}

const CLOSING_MS = 1_000;

/**
 * Joins the network. Returns when this node listens; peers come later.
 *
 * @throws CodedError `NETWORK_OPTIONS`, `NETWORK_LISTEN`
 */
export async function createNetwork(options: NetworkOptions): Promise<Network> {
  const settings = networkSettings(options);
  const { key, network, log } = settings;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const { signal } = closing;
  const host = await createHost(settings);
  const routes = createRoutes({
    host,
    routeOf(node) {
      const stored = offers.get(node);
      const publicKey = stored && offerPublicKey(stored.signed);
      return publicKey && { peerId: peerIdOfPublicKey(publicKey), addresses: stored.offer.addresses };
    },
  });
  const server = createServer({ host, routes, log, signal });
  const gossip = createGossip({ host, log });
  const offers = await createOfferService({ host, routes, server, gossip, key, network, log, signal });
  const names = createNameGossip({ gossip, topic: namesTopic(network) });
  const providers = createProviders({ host, log });
  const holders = (model: string) =>
    offers
      .known()
      .filter(({ offer }) => offer.holds.includes(model))
      .map(({ offer }) => offer.node);
  const documents = createDocumentClient({ routes, holders, findProviders: providers.findProviders, log });
  const runJob = createRunJob({ routes, closing: signal });
  const budget = new ByteBudget({
    total: networkLimits.frameMemoryBytes,
    perPeer: networkLimits.frameMemoryPerPeerBytes,
  });

  await startHost(host, settings);
  gossip.subscribe(offersTopic(network), offers.gossiped);
  gossip.subscribe(namesTopic(network), names.gossiped);
  startPeering({ host, settings, befriend: offers.befriend, signal });

  return {
    self: key.address,
    peerId: host.peerId.toString(),
    addresses: () => host.getMultiaddrs().map(String),
    peers: routes.connected,
    announce: offers.announce,
    withdraw: offers.withdraw,
    offers: offers.known,
    onOffer: offers.onOffer,
    waitForOffer: (predicate, wait) => offers.waitForOffer(predicate, wait.signal),
    measure: offers.measure,
    onKeyElsewhere: offers.onKeyElsewhere,
    handleJobs: (handler, bounds) =>
      server.serve(JOB_PROTOCOL, createJobServer({ handler, network, budget, ...bounds })),
    runJob,
    dispatch: (job, how) => dispatch(runJob, job, how),
    handleDocuments: (source) => server.serve(DOCUMENT_PROTOCOL, createDocumentServer(source)),
    getManifest: (id, how) => documents.getManifest(id, how?.signal),
    findNames: (query, how) => documents.findNames(query, how?.signal),
    publishName: names.publishName,
    onName: names.onName,
    provide: (model, how) => providers.provide(model, how?.signal),
    findProviders: async (model, how) => [
      ...new Set([...holders(model), ...(await providers.findProviders(model, how?.signal))]),
    ],
    handleWitness: (handler) => server.serve(WITNESS_PROTOCOL, createWitnessServer(handler), 'costly'),
    witnessOf: (node) => createWitnessClient({ routes, node }),
    handleBlobs: (port) => server.serve(BLOB_PROTOCOL, createBlobServer(port)),
    blobSource: (node) => createBlobSource({ routes, node }),
    async [Symbol.asyncDispose]() {
      if (signal.aborted) return;
      closing.abort(networkError('NETWORK_CLOSED', 'this node is stopping'));
      // Jobs under way are told before the connections go.
      await Promise.race([server.idle(), pause(CLOSING_MS, new AbortController().signal)]);
      await host.stop();
    },
  };
}
