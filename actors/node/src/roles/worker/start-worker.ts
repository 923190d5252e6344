import { join } from 'node:path';
import { createProcessRuntime, type ProcessRuntime } from '@isobit/exact/process';
import { type Manifest, modelId } from '@isobit/model';
import type { Network } from '@isobit/network';
import { networkId } from '@isobit/receipt';
import type { BlobFolder } from '@isobit/store';
import { type Decorators, decorated } from '../../decorators.ts';
import type { Identity } from '../../identity.ts';
import type { Registry } from '../../models/registry.ts';
import { createShelf, type Shelf } from '../../models/shelf.ts';
import type { NodeLog } from '../../node-log.ts';
import type { NodeOptions } from '../../options.ts';
import type { SigningGate } from '../../signing-gate.ts';
import { createJobHandler, type JobHandler } from './job-handler.ts';
import { countLoad, type WorkerLoad } from './load.ts';
import { openNative } from './native.ts';
import type { ReceiptCommitter } from './receipt-committer.ts';
import { keepTesting } from './self-test.ts';
import type { Witnesses } from './witnesses.ts';

export interface WorkerOptions {
  readonly options: NodeOptions;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly blobs: BlobFolder;
  readonly gate: SigningGate;
  readonly committer: ReceiptCommitter;
  readonly witnesses: Witnesses;
  readonly network: Network;
  readonly report: NodeLog;
  readonly decorate: Decorators;
}

/** What runs models: engine processes, the models in them, and the way from a job to its signed answer. */
export interface Worker extends AsyncDisposable {
  readonly runtime: ProcessRuntime;
  readonly shelf: Shelf;
  readonly handler: JobHandler;
  readonly load: WorkerLoad;
  /** Tests the engine and asks the witnesses; then the gate opens. @throws CodedError `ENGINE_SELF_TEST`, or of the engine */
  confirm(signal: AbortSignal): Promise<void>;
}

export async function startWorker({
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
}: WorkerOptions): Promise<Worker> {
  await using cleanup = new AsyncDisposableStack();
  const { dataDir, memoryMiB, runTimeoutMs, maxLoaded, maxQueued, engineIdleMs } = options;
  const blobDir = join(dataDir, 'blobs');
  const engine = {
    memoryMiB,
    runTimeoutMs,
    maxLoaded,
    maxQueued,
    idleTimeoutMs: engineIdleMs,
    readRoots: [blobDir],
  };
  const runtime = cleanup.use(createProcessRuntime({ profile: 'onnx-exact-1', ...engine }));
  // Native code is bound by no sandbox of ours: it gets what this operator published, or allowed by id.
  const mayRunNative = (manifest: Manifest): boolean =>
    manifest.publisher === identity.key.address || options.fastModels.includes(modelId(manifest));
  const native = options.fast ? await openNative({ engine, allow: mayRunNative, report }) : undefined;
  if (native) cleanup.use(native);
  const runtimes = native ? [runtime, native] : [runtime];
  const shelf = cleanup.use(
    createShelf({
      registry,
      blobs,
      maxLoaded,
      mayRunNative,
      runtimes: decorate.runtime ? runtimes.map(decorate.runtime) : runtimes,
    }),
  );
  const handler = createJobHandler({
    worker: identity.key.address,
    network: networkId(options.network),
    shelf,
    gate,
    committer,
    witnessed: witnesses.witnessed,
    clock: Date.now,
  });
  const counted = countLoad(decorated(handler, decorate.jobs), 1);
  if (options.roles.includes('worker')) await network.handleJobs(counted.handler);
  const stack = cleanup.move();
  return {
    runtime,
    shelf,
    ...counted,
    async confirm(signal) {
      const onFailure = () => gate.close('self-test');
      const jobs = () => counted.load.time().count;
      await keepTesting({ runtime, jobs, onFailure, signal });
      // A key that was made just now has signed nothing that a witness could have seen.
      const isExpected = !identity.isNew && (options.join.length > 0 || options.mdns);
      await witnesses.confirm(isExpected);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
