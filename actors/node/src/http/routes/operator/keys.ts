import { resolveModel } from '@isobit/gateway';
import type { Hono } from 'hono';
import type { NodeParts } from '../../../parts.ts';
import { readJson } from '../../read-json.ts';
import { keyBody } from './bodies.ts';

/** Keys with which others may ask (specs/http.md section 4.1). */
export function keyRoutes(app: Hono, { keys, registry, report }: NodeParts): void {
  app.get('/keys', (c) => c.json({ keys: keys.list() }));

  app.post('/keys', async (c) => {
    const { name, models, lifetimeMs, requestsPerMinute, tokensPerDay, concurrent } = await readJson(
      c.req.raw,
      keyBody,
    );
    // By id: a name may be given to another model later.
    const ids =
      models && (await Promise.all(models.map(async (ref) => (await resolveModel(registry, ref)).id)));
    const { secret, listed } = await keys.create({
      name,
      ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
      ...(concurrent === undefined ? {} : { concurrent }),
      ...(ids ? { models: [...new Set(ids)] } : {}),
    });
    report('info', 'a key was made', { name });
    return c.json({ ...listed, key: secret }, 200, { 'cache-control': 'no-store' });
  });

  app.delete('/keys/:name', async (c) => {
    const name = c.req.param('name');
    await keys.remove(name);
    report('info', 'a key was removed', { name });
    return c.json({ name });
  });
}
