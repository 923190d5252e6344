import { CodedError, isCoded, limits, type NodeKey } from '@isobit/core';
import type { Runtime } from '@isobit/exact';
import { hasWeights, isLanguageFormat } from '@isobit/model';
import type { BlobStore } from '@isobit/store';
import {
  createUpstreamRuntime,
  type ListedModels,
  listModels,
  openServer,
  UNKNOWN_KIND,
} from '@isobit/upstream';
import { nodeError } from '../../errors.ts';
import type { HeldModel, Registry } from '../../models/registry.ts';
import { publishUpstream } from '../../models/upstream-model.ts';
import type { NodeLog } from '../../node-log.ts';
import type { UpstreamChoice, UpstreamModel } from '../../options.ts';

/** A server behind this node, and the models that it answers for. */
export interface Upstream extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly models: readonly HeldModel[];
}

export interface OpenUpstreamOptions {
  readonly choice: UpstreamChoice;
  readonly key: NodeKey;
  readonly registry: Pick<Registry, 'publish' | 'resolve' | 'manifest' | 'namesFor'>;
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly report: NodeLog;
  /** Waits for another node where one is expected; false where none came. */
  readonly metSomebody: () => Promise<boolean>;
}

/** Silence of a server that is asked for its list: a start should not wait long for one that hangs. */
const LIST_MS = 10_000;

/**
 * Asks the server for its models, where none is named, and publishes those that are no published model already.
 *
 * @throws CodedError `OPTION_INVALID`, `MODEL_UNKNOWN`; of `UpstreamErrorCode` where the list is needed
 */
export async function openUpstream({
  choice: { models, ...access },
  report,
  metSomebody,
  ...rest
}: OpenUpstreamOptions): Promise<Upstream> {
  const isNamed = models.some(({ embeds }) => !embeds);
  const { kind, names: listed } = await listOf(access, isNamed, report);
  const others = listed.filter((name) => !models.some((model) => model.name === name));
  const wanted: readonly UpstreamModel[] = isNamed
    ? models
    : [...models, ...others.map((name) => ({ name }))];
  if (wanted.length > limits.upstreamModels)
    throw nodeError(
      'OPTION_INVALID',
      `the upstream lists ${wanted.length} models, at most ${limits.upstreamModels} are offered: choose with --upstream-model`,
    );
  const served: HeldModel[] = [];
  const names = new Map<string, string>();
  for (const { name, ref, embeds = false } of wanted) {
    const model = ref === undefined ? await ownModel(name, embeds) : await statedModel(ref);
    if (!model) continue;
    names.set(model.id, name);
    served.push(model);
  }
  report(served.length > 0 ? 'info' : 'warn', 'models of the upstream are offered', {
    server: kind,
    models: served.length,
  });
  const server = openServer(access);
  const runtime = createUpstreamRuntime({
    server,
    kind,
    names,
    onFailure: (code) => report('warn', 'the upstream failed a question', { code }),
  });
  return {
    runtime,
    models: served,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };

  async function ownModel(name: string, embeds: boolean): Promise<HeldModel | undefined> {
    try {
      return await publishUpstream({ model: name, embeds }, rest);
    } catch (error) {
      if (!isCoded(error, 'VERSION_TAKEN')) throw error;
      report('warn', 'a model of the upstream is not offered', { model: name, reason: error.message });
      return undefined;
    }
  }

  /** A node that joins a network may know the model only once it has met somebody. */
  async function resolved(ref: string): Promise<HeldModel> {
    try {
      return await rest.registry.resolve(ref);
    } catch (error) {
      if (!isCoded(error, 'MODEL_UNKNOWN') || !(await metSomebody())) throw error;
      return await rest.registry.resolve(ref);
    }
  }

  async function statedModel(ref: string): Promise<HeldModel> {
    const { id, manifest } = await resolved(ref);
    if (isLanguageFormat(manifest.format) && hasWeights(manifest.format)) return { id, manifest };
    throw nodeError(
      'OPTION_INVALID',
      `${ref} is no published model of texts with weights, so no server runs it`,
    );
  }
}

/** A server whose models are named may be away while the node starts. */
async function listOf(
  access: Pick<UpstreamChoice, 'url' | 'key'>,
  isNamed: boolean,
  report: NodeLog,
): Promise<ListedModels> {
  await using server = openServer({ ...access, stallMs: LIST_MS });
  try {
    return await listModels(server);
  } catch (error) {
    if (!isCoded(error)) throw error;
    if (!isNamed)
      throw new CodedError(
        error.code,
        `${access.url} gives no list of models: ${error.message}${error.code === 'UPSTREAM_UNREACHABLE' ? '; is it running?' : ''}`,
        error.details,
        { cause: error },
      );
    report('warn', 'the upstream gives no list of models; those that were named are offered', {
      reason: error.message,
    });
    return { names: [], kind: UNKNOWN_KIND };
  }
}
