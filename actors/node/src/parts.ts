import type { LogKeyDocument } from '@isobit/log';
import type { Network } from '@isobit/network';
import type { BlobFolder, BlobHandler, EvidenceStore, Log, Petnames, WitnessStore } from '@isobit/store';
import type { Identity } from './identity.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { KnownNames } from './models/known-names.ts';
import type { Registry } from './models/registry.ts';
import type { NodeLog } from './node-log.ts';
import type { NodeOptions } from './options.ts';
import type { OwnOffer } from './own-offer.ts';
import type { WorkerRecords } from './roles/gateway/worker-records.ts';
import type { Host } from './roles/host/start-host.ts';
import type { ReceiptIndex } from './roles/worker/receipt-index.ts';
import type { Worker } from './roles/worker/start-worker.ts';
import type { SigningGate } from './signing-gate.ts';

/** The page that a node serves: one HTML file, and its digest. */
export interface Page {
  readonly html: Uint8Array;
  /** 64 hex characters. */
  readonly sha256: string;
}

/** What the node is made of, as its HTTP routes see it. */
export interface NodeParts {
  readonly options: NodeOptions;
  readonly version: string;
  readonly identity: Identity;
  readonly binding: LogKeyDocument;
  readonly network: Network;
  readonly registry: Registry;
  readonly names: KnownNames;
  readonly petnames: Petnames;
  readonly blobs: BlobFolder;
  readonly blobHandler: BlobHandler;
  readonly log: Log;
  readonly receipts: ReceiptIndex;
  readonly evidence: EvidenceStore;
  readonly keys: KeyRing;
  readonly worker: Worker;
  readonly host: Host;
  readonly witness: WitnessStore | undefined;
  readonly gate: SigningGate;
  /** What this node's gateway saw of workers. */
  readonly records: WorkerRecords;
  readonly offer: OwnOffer;
  /** Whether the node is about to end. */
  readonly isStopping: () => boolean;
  readonly report: NodeLog;
  /** Base URLs under which others reach this node's HTTP. */
  readonly httpUrls: () => string[];
  readonly openPage: () => Promise<Page>;
}
