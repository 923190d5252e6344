import type { TensorSignature } from '@isobit/model';
import type { Hono } from 'hono';
import type { CatalogueModel } from '../catalogue.ts';
import type { GatewayContext } from '../context.ts';
import { resolveModel } from '../model-reference.ts';
import { queryOf } from '../query.ts';

/** Where the protocol puts a model: with the newest version, or with a named one. */
export const MODEL_PATHS = ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const;

const NOT_READY = 503;

/**
 * `GET /v2/models/{name}[/versions/{version}][/ready]`; and two lists that the protocol lacks: `GET /v2/models`, ours,
 * and `POST /v2/repository/index`, which clients of Triton know (specs/open-inference.md section 1).
 */
export function modelRoutes(app: Hono, context: GatewayContext): void {
  const { catalogue, readiness, profileDefault } = context;
  for (const path of MODEL_PATHS) {
    app.get(path, async (c) => {
      queryOf(c.req.url);
      const model = await resolveModel(catalogue, c.req.param('name'), c.req.param('version'));
      return c.json(metadata(c.req.param('name'), model, profileDefault), 200, { 'isobit-model': model.id });
    });
    app.get(`${path}/ready`, async (c) => {
      queryOf(c.req.url);
      const { id } = await resolveModel(catalogue, c.req.param('name'), c.req.param('version'));
      const ready = await readiness.isReady(id);
      return c.json({ name: c.req.param('name'), ready }, ready ? 200 : NOT_READY, { 'isobit-model': id });
    });
  }
  app.get('/v2/models', async (c) => {
    queryOf(c.req.url);
    const models = await catalogue.list();
    return c.json({
      models: models.map((m) => ({
        name: m.name ?? m.id,
        id: m.id,
        title: m.manifest.title,
        versions: m.versions,
      })),
    });
  });
  app.post('/v2/repository/index', async (c) => {
    queryOf(c.req.url);
    return c.json(await Promise.all((await catalogue.list()).map((model) => indexEntry(model, context))));
  });
}

/** Model metadata of the protocol, and what only we know of a model. */
function metadata(name: string, model: CatalogueModel, profile: string) {
  const { id, manifest, versions } = model;
  const tensors = (list: readonly TensorSignature[]) =>
    list.map(({ name, datatype, shape }) => ({ name, datatype, shape }));
  return {
    name,
    versions,
    platform: manifest.format,
    inputs: tensors(manifest.inputs),
    outputs: tensors(manifest.outputs),
    isobit: { id, publisher: manifest.publisher, profile, title: manifest.title, licence: manifest.licence },
  };
}

async function indexEntry(model: CatalogueModel, { readiness }: GatewayContext) {
  const ready = await readiness.isReady(model.id);
  return {
    name: model.name ?? model.id,
    version: model.version ?? '',
    state: ready ? 'READY' : 'UNAVAILABLE',
    reason: ready ? '' : 'no worker runs it at the moment',
  };
}
