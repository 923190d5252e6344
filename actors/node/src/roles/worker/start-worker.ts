import { join } from 'node:path';
import type { Runtime } from '@isobit/exact';
import { type Manifest, modelId } from '@isobit/model';
import type { Network } from '@isobit/network';
import { networkId } from '@isobit/receipt';
import type { BlobFolder } from '@isobit/store';
import { type Decorators, decorated } from '../../decorators.ts';
import type { Identity } from '../../identity.ts';
import type { HeldModel, Registry } from '../../models/registry.ts';
import { createShelf, type Shelf } from '../../models/shelf.ts';
import type { NodeLog } from '../../node-log.ts';
import type { NodeOptions } from '../../options.ts';
import type { SigningGate } from '../../signing-gate.ts';
import { createEngines, type Engines, LANGUAGE_RUNS, shareOf } from './engines.ts';
import { createJobHandler, type JobHandler } from './job-handler.ts';
import { countLoad, type WorkerLoad } from './load.ts';
import { type Natives, openNatives } from './native.ts';
import type { ReceiptCommitter } from './receipt-committer.ts';
import { keepTesting, watched } from './self-test.ts';
import { openUpstream } from './upstream.ts';
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
  readonly engines: Engines;
  readonly natives: Natives;
  readonly shelf: Shelf;
  /** Models that a server behind this worker answers for; their bytes need not be here. */
  readonly upstream: readonly HeldModel[];
  readonly handler: JobHandler;
  readonly load: WorkerLoad;
  /** Tests the engine and asks the witnesses; then the gate opens. @throws CodedError `ENGINE_SELF_TEST`, or of the engine */
  confirm(signal: AbortSignal): Promise<void>;
}

/** How long a start waits for the first other node. */
const MEETING_MS = 10_000;

async function metSomebody(
  { join, mdns }: Pick<NodeOptions, 'join' | 'mdns'>,
  network: Pick<Network, 'waitForOffer'>,
): Promise<boolean> {
  if (join.length === 0 && !mdns) return false;
  const offer = network.waitForOffer(() => true, { signal: AbortSignal.timeout(MEETING_MS) });
  return offer.then(
    () => true,
    () => false,
  );
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
  const { dataDir, memoryMiB, languageMemoryMiB, runTimeoutMs, maxLoaded, maxQueued, engineIdleMs } = options;
  const blobDir = join(dataDir, 'blobs');
  const engines = cleanup.use(createEngines(options, blobDir));
  // Native code is bound by no sandbox of ours: it gets what this operator published, or allowed by id.
  const mayRunNative = (manifest: Manifest): boolean =>
    manifest.publisher === identity.key.address || options.fastModels.includes(modelId(manifest));
  const shared = { maxLoaded, maxQueued, idleTimeoutMs: engineIdleMs, readRoots: [blobDir] };
  const natives = cleanup.use(
    await openNatives({
      options,
      onnx: { memoryMiB, runTimeoutMs, ...shared },
      language: {
        maxRunning: LANGUAGE_RUNS,
        ...(languageMemoryMiB === undefined ? {} : { memoryMiB: languageMemoryMiB }),
        ...shared,
      },
      allow: mayRunNative,
      report,
    }),
  );
  const { llamaWasm } = natives;
  const onFailure = (): void => gate.close('self-test');
  const language = watched(engines.language, onFailure);
  const llama = llamaWasm && watched(llamaWasm.runtime, onFailure);
  const { upstream: choice } = options;
  const upstream =
    choice &&
    cleanup.use(
      await openUpstream({
        choice,
        key: identity.key,
        registry,
        blobs,
        report,
        metSomebody: () => metSomebody(options, network),
      }),
    );
  // What the operator says of a server's model goes before what native code could make of its bytes.
  const runtimes: Runtime[] = [
    engines.onnx,
    language,
    ...(llama ? [llama] : []),
    ...(upstream ? [upstream.runtime] : []),
    ...natives.fast,
  ];
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
  const counted = countLoad(decorated(handler, decorate.jobs), shareOf);
  if (options.roles.includes('worker')) await network.handleJobs(counted.handler);
  const stack = cleanup.move();
  return {
    engines,
    natives,
    shelf,
    upstream: upstream?.models ?? [],
    ...counted,
    async confirm(signal) {
      const jobs = () => counted.load.time().count;
      await keepTesting({ runtime: engines.onnx, jobs, onFailure, signal });
      // Their processes pass the test before they are ready, so there is none to start for one now.
      for (const [runtime, known] of [[language], [llama, llamaWasm?.known]] as const) {
        if (!runtime) continue;
        await keepTesting({ runtime, known, jobs: () => runtime.runs, onFailure, signal, isTested: true });
      }
      // A key that was made just now has signed nothing that a witness could have seen.
      const isExpected = !identity.isNew && (options.join.length > 0 || options.mdns);
      await witnesses.confirm(isExpected);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
