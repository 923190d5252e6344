import { field, limits } from '@isobit/core';
import { type InspectedModel, inspectModel } from '@isobit/exact/process';
import { bodyChunks, resolveModel } from '@isobit/gateway';
import type { Manifest } from '@isobit/model';
import type { Hono } from 'hono';
import * as v from 'valibot';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { readJson } from '../../read-json.ts';
import { modelEntry } from '../public/models.ts';
import { publicationBody } from './bodies.ts';

/** Uploads may take as long as they take, while bytes keep coming. */
const UPLOAD = { idleMs: limits.bodyIdleMs, totalMs: 2 ** 31 - 1 };

/** Stores files, publishes, lists and removes models. */
export function modelRoutes(app: Hono, parts: NodeParts): void {
  const { registry, blobs, worker, host, report, offer } = parts;

  app.put('/blobs', async (c) => {
    const request = c.req.raw;
    const { root, size } = await blobs.put(bodyChunks(request, UPLOAD), { signal: request.signal });
    return c.json({ root, size });
  });

  app.post('/models', async (c) => {
    const request = c.req.raw;
    const body = await readJson(request, publicationBody);
    const manifest = await manifestOf(body, parts, request.signal);
    const { name, version } = body;
    const model = await registry.publish({ manifest, name, ...(version ? { version } : {}) });
    report('info', 'published', { id: model.id, name, version: model.version });
    await offer.announce();
    return c.json({ id: model.id, name, version: model.version });
  });

  app.get('/models', async (c) => {
    const held = new Set((await registry.held()).map(({ id }) => id));
    const loaded = new Set(worker.shelf.models().map(({ id }) => id));
    const models = (await registry.list()).map((model) => ({
      ...modelEntry(model),
      held: held.has(model.id),
      loaded: loaded.has(model.id),
    }));
    return c.json({ models });
  });

  app.delete('/models/:ref', async (c) => {
    const { id } = await resolveModel(registry, c.req.param('ref'));
    await host.replicator.drop(id);
    await worker.shelf.drop(id);
    const gone = await registry.forget(id);
    await offer.announce();
    return c.json(gone);
  });

  app.get('/ps', (c) => c.json({ loaded: worker.shelf.models(), jobs: worker.load.now() }));
}

type Publication = v.InferOutput<typeof publicationBody>;

/** What the manifest says: what the publisher says, and what an engine process read in the files. */
async function manifestOf(
  { name, files, entry, title, task, licence, parent, card }: Publication,
  { blobs, worker }: NodeParts,
  signal: AbortSignal,
): Promise<Omit<Manifest, 'publisher' | 'isobit'>> {
  for (const { path, root, size } of files) {
    const stat = await blobs.stat(root);
    if (stat?.size !== size)
      throw nodeError(
        'MODEL_INCOMPLETE',
        `${path} (${root}, ${size} bytes) is not in the store: PUT /api/blobs first`,
      );
  }
  if (!files.some((file) => file.path === entry))
    throw nodeError('PARAMETER_INVALID', `"entry": "${entry.slice(0, 200)}" is none of the files`);
  const stored = files.map(({ path, root, size }) => ({ path, size, file: blobs.path(root) }));
  const read = await inspectModel(worker.engines, { entry, files: stored }, signal);
  const whole = withFacts(card, read);
  return {
    title: title ?? nameOr(read.title, name),
    format: read.format,
    // What a language model does is not for its publisher to say.
    task: read.task ?? task ?? 'other',
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    entry,
    inputs: read.inputs,
    outputs: read.outputs,
    licence: licence ?? nameOr(read.licence, 'unknown'),
    ...(read.tokenizer === undefined ? {} : { tokenizer: read.tokenizer }),
    ...(read.chatTemplate === undefined ? {} : { chatTemplate: read.chatTemplate }),
    ...(parent ? { parent } : {}),
    ...(whole === undefined ? {} : { card: whole }),
  };
}

/** A text of the model's file where a manifest may hold it. */
const nameOr = (text: string | undefined, otherwise: string): string =>
  text !== undefined && v.is(field.name, text) ? text : otherwise;

/** The card, with what the files say where it says nothing itself. */
function withFacts(card: Publication['card'], { facts, profiles }: InspectedModel): Publication['card'] {
  if (!facts) return card;
  // Which profiles describe a model is not for its publisher to say either.
  const stated = profiles ? { profiles: [...profiles] } : {};
  if (card === undefined) return { ...facts, ...stated };
  const isObject = typeof card === 'object' && card !== null && !Array.isArray(card);
  return isObject ? { ...facts, ...card, ...stated } : card;
}
