import type { Hono } from 'hono';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { queryOf } from '../query.ts';

/** `GET` and `DELETE /v1/responses/{id}` (specs/responses.md section 6): answers from which a question may go on. */
export function responseRoutes(app: Hono, { recent, askerOf }: GatewayContext): void {
  app.get('/v1/responses/:id', (c) => {
    queryOf(c.req.url);
    const id = c.req.param('id');
    const kept = recent.get(id);
    if (!kept?.body || kept.id !== id || kept.asker !== askerOf(c)?.id) throw unknown(id);
    return c.json(kept.body(), 200, { 'isobit-receipt': kept.digest, 'cache-control': 'no-store' });
  });
  app.delete('/v1/responses/:id', (c) => {
    queryOf(c.req.url);
    const id = c.req.param('id');
    const asker = askerOf(c);
    const isKept = recent.get(id)?.body !== undefined;
    if (!asker || !isKept || !recent.remove(id, asker.id)) throw unknown(id);
    return c.json({ id, object: 'response', deleted: true });
  });
}

const unknown = (id: string) =>
  gatewayError(
    'ANSWER_UNKNOWN',
    `no response "${id.slice(0, 80)}" is here: those that were asked with "store" are kept for a while, and only for who asked`,
  );
