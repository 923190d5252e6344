import type { Hono } from 'hono';
import type { NodeParts } from '../../../parts.ts';
import type { Access } from '../../access.ts';
import { bytesRoutes } from './bytes.ts';
import { healthRoutes } from './health.ts';
import { logRoutes } from './log.ts';
import { modelRoutes } from './models.ts';
import { receiptRoutes } from './receipts.ts';

/** Routes that anybody may ask (specs/http.md section 3), besides the gateway's. */
export function publicRoutes(app: Hono, parts: NodeParts, access: Access): void {
  modelRoutes(app, parts);
  receiptRoutes(app, parts, access);
  bytesRoutes(app, parts);
  healthRoutes(app, parts);
  logRoutes(app, parts);
}
