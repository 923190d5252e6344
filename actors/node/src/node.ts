import { join } from 'node:path';
import { createNetwork } from '@isobit/network';
import { networkId } from '@isobit/receipt';
import { createAccessKeys, createBlobHandler, createEvidenceStore } from '@isobit/store';
import { type Decorators, decorated } from './decorators.ts';
import { nodeError } from './errors.ts';
import { announcedUrls, localUrl } from './http/addresses.ts';
import { createApp } from './http/app.ts';
import { statusOf } from './http/routes/operator/status.ts';
import { type HttpServer, serve } from './http/server.ts';
import { openIdentity } from './identity.ts';
import { openKeyRing } from './keys/key-ring.ts';
import { openRegistry } from './models/open-registry.ts';
import type { NodeLog } from './node-log.ts';
import type { NodeOptions } from './options.ts';
import { createOwnOffer } from './own-offer.ts';
import type { NodeParts, Page } from './parts.ts';
import { createGatewayPorts } from './roles/gateway/gateway-ports.ts';
import { WorkerRecords } from './roles/gateway/worker-records.ts';
import { blobPort, startHost } from './roles/host/start-host.ts';
import { startWitness } from './roles/witness/witness-role.ts';
import { createReceiptCommitter } from './roles/worker/receipt-committer.ts';
import { createReceiptIndex } from './roles/worker/receipt-index.ts';
import { createReceiptLog } from './roles/worker/receipt-log.ts';
import { startWorker } from './roles/worker/start-worker.ts';
import { createWitnesses } from './roles/worker/witnesses.ts';
import { createSigningGate } from './signing-gate.ts';
import { openStorage } from './storage.ts';
import { openTelemetry } from './telemetry/open-telemetry.ts';
import { version } from './version.ts';

export interface NodeDependencies {
  readonly report?: NodeLog;
  /** Gives the page for `GET /`; without it that route is unknown. */
  readonly openPage?: () => Promise<Page>;
  /** Wraps ports: see `Decorators`. */
  readonly decorate?: Decorators;
}

/** A running node. */
export interface Node extends AsyncDisposable {
  readonly address: string;
  readonly peerId: string;
  /** Join addresses for other nodes. */
  addresses(): string[];
  /** Base URL of its HTTP on this machine, if it has any. */
  readonly httpUrl: string | undefined;
  readonly operatorToken: string;
  status(): Promise<object>;
}

/**
 * Starts a node. It listens when this returns, and signs once its engine and its witnesses have been asked.
 * Parts are disposed of in the reverse of the order in which they were made, so that each outlives its users.
 *
 * @throws CodedError `DATA_IN_USE`, `KEY_FILE`, `OPTION_INVALID`, `LISTEN_FAILED`, `ENGINE_SELF_TEST`; or of the parts
 */
export async function createNode(
  options: NodeOptions,
  { report = () => {}, openPage = noPage, decorate = {} }: NodeDependencies = {},
): Promise<Node> {
  const { dataDir, roles, allowPrivate } = options;
  if (options.upstream && !roles.includes('worker'))
    throw nodeError(
      'OPTION_INVALID',
      'an upstream is answered for by the role worker, which this node does not have',
    );
  const closing = new AbortController();
  const { signal } = closing;
  await using cleanup = new AsyncDisposableStack();

  const identity = await openIdentity(dataDir);
  const { key, binding } = identity;
  const gate = createSigningGate();
  gate.onClose((reason) => report('error', 'this node signs nothing any more', { reason }));

  const storage = cleanup.use(await openStorage(dataDir, identity));
  const { log, blobs, database } = storage;
  const receipts = cleanup.use(createReceiptIndex({ database, log, clock: Date.now, report }));
  await receipts.catchUp();
  const keys = cleanup.use(
    await openKeyRing({
      keys: createAccessKeys(database),
      report,
      now: Date.now,
      clock: () => performance.now(),
    }),
  );
  const receiptLog = createReceiptLog(log, binding);
  const signed = createReceiptCommitter({
    key,
    gate,
    log: decorate.receiptLog ? decorate.receiptLog(receiptLog, identity) : receiptLog,
    // Each can be asked for by its digest from the moment that the log holds it.
    onCommitted: (all) =>
      receipts.note(all.map(({ receipt, log: { index } }) => ({ receipt, logIndex: index }))),
  });
  const committer = cleanup.use(decorated(signed, decorate.committer));

  const network = cleanup.use(
    await createNetwork({
      key,
      network: networkId(options.network),
      listen: options.listen,
      join: options.join,
      mdns: options.mdns,
      allowPrivate,
      log: report,
    }),
  );
  network.onKeyElsewhere(() => gate.close('key-elsewhere'));

  const { registry, names, petnames } = await openRegistry({ key, network, database, blobs, report, signal });

  let http: HttpServer | undefined;
  const httpUrls = (): string[] => (http && options.http ? announcedUrls(options.http, http.port) : []);
  const offer = createOwnOffer({ options, network, registry, gate, binding, httpUrls, report, signal });
  const witnesses = cleanup.use(createWitnesses({ log, network, gate, report }));
  const worker = cleanup.use(
    await startWorker({
      options,
      identity,
      registry,
      blobs,
      gate,
      committer,
      witnesses,
      network,
      report,
      decorate,
    }),
  );
  offer.begin({ profilesOf: worker.shelf.profilesOf, upstream: worker.upstream, load: worker.load.now });
  const host = cleanup.use(
    await startHost({
      options,
      network,
      registry,
      blobs,
      database,
      report,
      isTold: offer.isTold,
      announce: () => void offer.announce(),
      signal,
    }),
  );
  // However far the start came, what waits ends before what it waits for.
  const abort = (): void => closing.abort();
  cleanup.defer(abort);
  const served = decorate.servedBlobs ? decorate.servedBlobs(blobs) : blobs;
  if (roles.includes('host')) await network.handleBlobs(blobPort(served));
  const witness = roles.includes('witness')
    ? cleanup.use(await startWitness({ dir: join(dataDir, 'witness'), identity, network }))
    : undefined;

  const parts: NodeParts = {
    options,
    version,
    identity,
    binding,
    network,
    registry,
    names,
    petnames,
    blobs,
    blobHandler: createBlobHandler({ store: served }),
    log,
    receipts,
    evidence: createEvidenceStore(database),
    keys,
    worker,
    host,
    witness,
    gate,
    offer,
    isStopping: () => signal.aborted,
    records: new WorkerRecords(),
    report,
    httpUrls,
    openPage,
  };
  if (options.http) {
    const { traces } = options;
    const { telemetry } = cleanup.use(await openTelemetry({ traces, address: key.address, version, report }));
    const gateway = roles.includes('gateway')
      ? { ...createGatewayPorts(parts), ...(telemetry ? { telemetry } : {}) }
      : undefined;
    http = cleanup.use(await serve(createApp({ parts, gateway, port: () => http?.port ?? 0 }), options.http));
  }
  cleanup.defer(abort);
  // First of all, so that nobody is sent here while the rest ends.
  cleanup.defer(offer.withdraw);

  await offer.announce();
  if (roles.includes('worker')) {
    await worker.confirm(signal);
    await offer.announce();
  }
  host.replicator.wake();

  const stack = cleanup.move();
  return {
    address: key.address,
    peerId: network.peerId,
    addresses: () => network.addresses(),
    get httpUrl() {
      return http && options.http ? localUrl(options.http, http.port) : undefined;
    },
    operatorToken: identity.operatorToken,
    status: () => statusOf(parts),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function noPage(): Promise<never> {
  throw nodeError('ROLE_ABSENT', 'this node serves no page');
}
