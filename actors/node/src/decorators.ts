import type { Runtime } from '@isobit/exact';
import type { BlobStore } from '@isobit/store';
import type { Identity } from './identity.ts';
import type { JobHandler } from './roles/worker/job-handler.ts';
import type { ReceiptCommitter } from './roles/worker/receipt-committer.ts';
import type { ReceiptLog } from './roles/worker/receipt-log.ts';

/**
 * Ports of a node that a caller may wrap: what tests of faults and other compositions hook into. Each gets the
 * part that the node made and gives the one it uses.
 */
export interface Decorators {
  runtime?(runtime: Runtime): Runtime;
  jobs?(handler: JobHandler): JobHandler;
  /** `identity` holds the keys with which the log is signed. */
  receiptLog?(log: ReceiptLog, identity: Identity): ReceiptLog;
  committer?(committer: ReceiptCommitter): ReceiptCommitter;
  /** The store as it is served to others; the node's own reads are not wrapped. */
  servedBlobs?(store: BlobStore): BlobStore;
}

/** The part as a decorator makes it, or as it is. */
export const decorated = <T>(part: T, decorate: ((part: T) => T) | undefined): T =>
  decorate ? decorate(part) : part;
