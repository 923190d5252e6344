import type { Hono } from 'hono';
import type { NodeParts } from '../../../parts.ts';
import type { SigningStop } from '../../../signing-gate.ts';

/** Why no work should be sent to a node now. */
type HealthReason =
  /** It is about to end. */
  | 'stopping'
  /** It signs nothing: not yet, or not any more. */
  | SigningStop
  /** As many jobs wait for one of its engines as may. */
  | 'no-room';

export type HealthParts = Pick<NodeParts, 'options' | 'gate' | 'isStopping'> & {
  readonly worker: {
    readonly engines: Readonly<Record<'onnx' | 'language', { readonly state: { readonly queued: number } }>>;
  };
};

/** In the order in which they matter. */
export function healthOf({ options, gate, worker, isStopping }: HealthParts): HealthReason[] {
  const isWorker = options.roles.includes('worker');
  const reasons: HealthReason[] = [];
  if (isStopping()) reasons.push('stopping');
  // The gate of a node that is no worker never opens, and need not.
  if (gate.stop && (isWorker || gate.stop !== 'starting')) reasons.push(gate.stop);
  const { onnx, language } = worker.engines;
  const isFull = [onnx, language].some(({ state }) => state.queued >= options.maxQueued);
  if (isWorker && isFull) reasons.push('no-room');
  return reasons;
}

/** Not healthy is a 503, by which balancers send their clients elsewhere. */
const UNAVAILABLE = 503;

/** `GET /health` (specs/http.md section 3.3): whether work may be sent here. Looks at memory alone. */
export function healthRoutes(app: Hono, parts: HealthParts): void {
  app.get('/health', (c) => {
    const reasons = healthOf(parts);
    const status = reasons.length === 0 ? 'ok' : 'unavailable';
    return c.json({ status, reasons }, status === 'ok' ? 200 : UNAVAILABLE, { 'cache-control': 'no-store' });
  });
}
