import type { Hono } from 'hono';
import type { GatewayContext } from '../context.ts';
import { queryOf } from '../query.ts';

/** Not ready is a 503, which load balancers understand; clients of the protocol look for 200 alone. */
const NOT_READY = 503;

/** `GET /v2`, `/v2/health/live`, `/v2/health/ready` (specs/open-inference.md section 1). */
export function serverRoutes(app: Hono, { readiness, version }: GatewayContext): void {
  app.get('/v2', (c) => {
    queryOf(c.req.url);
    return c.json({ name: 'isobit', version, extensions: ['binary_tensor_data', 'isobit'] });
  });
  app.get('/v2/health/live', (c) => {
    queryOf(c.req.url);
    return c.json({ live: true });
  });
  app.get('/v2/health/ready', async (c) => {
    queryOf(c.req.url);
    const ready = await readiness.isReady();
    return c.json({ ready }, ready ? 200 : NOT_READY);
  });
}
