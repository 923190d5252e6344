import { encodeCanonical } from '@isobit/core';
import { type CatalogueModel, resolveModel } from '@isobit/gateway';
import { modelSize } from '@isobit/model';
import { rankWorkers } from '@isobit/network';
import { knownProfiles } from '@isobit/receipt';
import type { Hono } from 'hono';
import type { NodeParts } from '../../../parts.ts';
import { knownWorkers } from '../../../roles/gateway/known-workers.ts';
import { sortOf } from '../../../roles/gateway/recorded.ts';
import { hostsOf } from '../../../roles/host/sources.ts';
import { bytesAnswer } from '../../bytes-answer.ts';

/** A model in a list. */
export const modelEntry = ({ id, name, version, manifest }: CatalogueModel) => ({
  id,
  ...(name ? { name, version } : {}),
  title: manifest.title,
  format: manifest.format,
  task: manifest.task,
  size: modelSize(manifest),
  publisher: manifest.publisher,
});

/** `GET /models`, and what is known of one: its manifest, who runs it, who holds it. */
export function modelRoutes(app: Hono, { registry, network, offer, records, httpUrls }: NodeParts): void {
  app.get('/models', async (c) => c.json({ models: (await registry.list()).map(modelEntry) }));
  app.get('/models/:ref', async (c) => {
    const { signed, id } = await resolveModel(registry, c.req.param('ref'));
    return bytesAnswer(encodeCanonical(signed), 'application/json', { 'isobit-model': id });
  });
  app.get('/models/:ref/workers', async (c) => {
    const { id } = await resolveModel(registry, c.req.param('ref'));
    const ranked = knownProfiles.flatMap(({ name: profile }) => {
      const asked = { model: id, profile };
      return rankWorkers(knownWorkers(network, offer.now(), records, sortOf(asked)), asked);
    });
    const byNode = new Map(ranked.map((candidate) => [candidate.offer.node, candidate]));
    const workers = [...byNode.values()].map(({ offer: { node, models }, latencyMs }) => {
      const offered = models.find((model) => model.id === id);
      return {
        worker: node,
        profiles: offered?.profiles ?? [],
        price: offered?.price ?? '0',
        ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 1000) / 1000 }),
      };
    });
    return c.json({ workers });
  });
  app.get('/models/:ref/hosts', async (c) => {
    const { id, manifest } = await resolveModel(registry, c.req.param('ref'));
    const own = (await registry.holds(manifest)) ? [{ node: network.self, http: httpUrls() }] : [];
    return c.json({ hosts: [...own, ...hostsOf(network.offers(), id)] });
  });
}
