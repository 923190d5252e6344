import type { NodeKey } from '@isobit/core';
import { hasWeights, openManifest, openName, upstreamEntry, upstreamKind } from '@isobit/model';
import type { BlobStore } from '@isobit/store';
import { nodeError } from '../errors.ts';
import type { HeldModel, Registry } from './registry.ts';

export interface PublishUpstreamOptions {
  readonly key: NodeKey;
  readonly registry: Pick<Registry, 'publish' | 'manifest' | 'namesFor'>;
  readonly blobs: Pick<BlobStore, 'put'>;
}

const MOST = 64;

/** What a name may hold, of a text that may hold anything; empty where nothing is left. */
const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, MOST)
    .replace(/[^a-z0-9]+$/, '');

/** A server's name for a model as a name here: a tag, as Ollama writes them, is the version. */
export function upstreamName(model: string): { readonly name: string; readonly version?: string } {
  const at = model.lastIndexOf(':');
  const isTag = at > 0 && !model.slice(at).includes('/');
  const name = labelOf(isTag ? model.slice(0, at) : model) || 'model';
  const version = isTag ? labelOf(model.slice(at + 1)) : '';
  return version === '' ? { name } : { name, version };
}

export interface ServersModel {
  /** As the server calls it. */
  readonly model: string;
  /** Whether it gives embeddings, and no words. */
  readonly embeds: boolean;
}

/**
 * The model that stands for a server's name: signed, named and kept once (specs/manifest.md section 7). Where its tag
 * is the version of another already, it has the next free number.
 *
 * @throws CodedError `VERSION_TAKEN` where the name here is that of a model with weights
 */
export async function publishUpstream(
  { model, embeds }: ServersModel,
  { key, registry, blobs }: PublishUpstreamOptions,
): Promise<HeldModel> {
  const { root, size } = await blobs.put([upstreamKind.encode({ isobit: 'upstream/1', model })]);
  const task = embeds ? 'text-embedding' : 'text-generation';
  const { name, version } = upstreamName(model);
  let isTaken = version === undefined;
  for (const signed of await registry.namesFor({ owner: key.address, name })) {
    const { model: id, version: taken } = openName(signed);
    isTaken ||= taken === version;
    const known = await registry.manifest(id);
    const manifest = known && openManifest(known).manifest;
    if (!manifest) continue;
    if (hasWeights(manifest.format))
      throw nodeError(
        'VERSION_TAKEN',
        `${name} is a model of this node with weights, and no server's is to be taken for it: if it is the same, say --upstream-model ${model}=${name}`,
        { id },
      );
    if (manifest.files[0]?.root === root && manifest.task === task) return { id, manifest };
  }
  return registry.publish({
    name,
    ...(isTaken || version === undefined ? {} : { version }),
    manifest: {
      title: model,
      format: 'upstream',
      task,
      files: [{ path: upstreamEntry, size, root }],
      entry: upstreamEntry,
      inputs: [],
      outputs: [],
      licence: 'unknown',
    },
  });
}
