import { createReadStream, existsSync } from 'node:fs';
import type { NodeApi, ResolvedModel } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { isLanguageFormat } from '@isobit/model';
import { resolveModel } from '../ask/resolve-model.ts';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import type { FoundNode } from '../nodes/find-node.ts';
import { createBlockHasher } from '../publish/block-hasher.ts';
import { type LocalFile, localModel } from '../publish/model-files.ts';
import { suggestedName } from '../publish/model-name.ts';
import { publish } from '../publish/publish.ts';
import { readReference } from '../refs.ts';
import { shippedModel } from './shipped-model.ts';

type Surroundings = Pick<Invocation, 'terminal' | 'signal' | 'env' | 'home'>;

/**
 * The language model that a person wants served: known already, or published or pulled now.
 *
 * @throws CodedError `USAGE` for a model of tensors; as `resolveModel`
 */
export async function servedModel(
  text: string,
  node: FoundNode,
  around: Surroundings,
): Promise<ResolvedModel> {
  const model = await found(text, node, around);
  if (isLanguageFormat(model.manifest.format)) return model;
  throw cliError(
    'USAGE',
    `${text} takes tensors: it is no model for clients of text; ask it with isobit run, or over /v2/models`,
  );
}

async function found(text: string, node: FoundNode, around: Surroundings): Promise<ResolvedModel> {
  const { terminal, signal } = around;
  const { api } = node;
  try {
    const reference = readReference(text);
    const known = reference.kind === 'path' ? await published(reference.path, api, signal) : undefined;
    return known ?? (await resolveModel(text, node, around));
  } catch (error) {
    if (!isCoded(error, 'MODEL_UNKNOWN')) throw error;
    // A name that nobody knows yet: of a model that is shipped, or of a file that stands here.
    const shipped = shippedModel(text);
    if (!shipped && existsSync(text)) return found(`./${text}`, node, around);
    if (!shipped) throw error;
    const { id } = await publish({ api, ...shipped, terminal, signal });
    return api.resolve(id, signal);
  }
}

/** The model that was published of the same files under the name that they suggest, so that each start makes no version. */
async function published(
  path: string,
  api: NodeApi,
  signal: AbortSignal,
): Promise<ResolvedModel | undefined> {
  try {
    const { files } = await localModel(path);
    const model = await api.resolve(suggestedName(path), signal);
    const stated = new Map(model.manifest.files.map((file) => [file.path, file]));
    const isAlike = ({ path: at, size }: LocalFile): boolean => stated.get(at)?.size === size;
    if (files.length !== stated.size || !files.every(isAlike)) return undefined;
    for (const file of files)
      if ((await rootOf(file, signal)) !== stated.get(file.path)?.root) return undefined;
    return model;
  } catch (error) {
    signal.throwIfAborted();
    if (isCoded(error)) return undefined;
    throw error;
  }
}

async function rootOf({ absolute }: LocalFile, signal: AbortSignal): Promise<string> {
  const hasher = createBlockHasher();
  for await (const chunk of createReadStream(absolute, { highWaterMark: 256 * 1024, signal }))
    hasher.update(chunk as Uint8Array);
  return hasher.root();
}
