import { operatorToken } from '@isobit/gateway';
import { Hono } from 'hono';
import type { NodeParts } from '../../../parts.ts';
import { keepingRoutes } from './keeping.ts';
import { keyRoutes } from './keys.ts';
import { modelRoutes } from './models.ts';
import { pullingRoutes } from './pulling.ts';
import { statusOf } from './status.ts';

/** Routes that change the node or show what is its operator's alone (specs/http.md section 4). */
export function operatorRoutes(parts: NodeParts): Hono {
  const app = new Hono();
  app.use(operatorToken({ token: parts.identity.operatorToken }));
  app.get('/status', async (c) => c.json(await statusOf(parts)));
  modelRoutes(app, parts);
  pullingRoutes(app, parts);
  keepingRoutes(app, parts);
  keyRoutes(app, parts);
  return app;
}
