import { limits } from '@isobit/core';
import { bodyChunks } from '@isobit/gateway';
import type { Manifest } from '@isobit/model';
import type { Hono } from 'hono';
import type * as v from 'valibot';
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
    const { id } = await registry.resolve(c.req.param('ref'));
    await host.replicator.drop(id);
    await worker.shelf.drop(id);
    const gone = await registry.forget(id);
    await offer.announce();
    return c.json(gone);
  });

  app.get('/ps', (c) => c.json({ loaded: worker.shelf.models(), jobs: worker.load.now() }));
}

type Publication = v.InferOutput<typeof publicationBody>;

/** What the manifest says: what the publisher says, and what an engine process read in the entry. */
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
  const main = files.find((file) => file.path === entry);
  if (!main) throw nodeError('PARAMETER_INVALID', `"entry": "${entry.slice(0, 200)}" is none of the files`);
  const { inputs, outputs } = await worker.runtime.inspect(blobs.path(main.root), { signal });
  return {
    title: title ?? name,
    format: 'onnx',
    task: task ?? 'other',
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    entry,
    inputs: inputs.map((input) => ({ ...input, shape: [...input.shape] })),
    outputs: outputs.map((output) => ({ ...output, shape: [...output.shape] })),
    licence: licence ?? 'unknown',
    ...(parent ? { parent } : {}),
    ...(card === undefined ? {} : { card }),
  };
}
