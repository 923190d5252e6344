import { isCoded } from '@isobit/core';
import { type CatalogueModel, resolveModel } from '@isobit/gateway';
import { modelSize } from '@isobit/model';
import type { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { NodeParts } from '../../../parts.ts';
import { readJson } from '../../read-json.ts';
import { pullBody, replicateBody } from './bodies.ts';

/** Disk that "all" may take where the operator gives no number: far from filling one. */
const ALL_BYTES = 64 * 1024 ** 3;
/** Time between two lines of progress: more would only be overwritten on the terminal. */
const PROGRESS_MS = 100;

/** Fetches models: now, telling of it as it goes, or from now on. */
export function pullingRoutes(app: Hono, parts: NodeParts): void {
  const { registry, host } = parts;

  app.post('/pull', async (c) => {
    const body = await readJson(c.req.raw, pullBody);
    const isOurs = 'ref' in body;
    const ref = isOurs ? body.ref : (body.model ?? body.name ?? '').replace(/:latest$/, '');
    const model = await resolveModel(registry, ref);
    if (!isOurs && body.stream === false) return c.json(await pullAtOnce(parts, model, c.req.raw.signal));
    c.header('content-type', 'application/x-ndjson');
    return stream(c, async (answer) => {
      const stop = new AbortController();
      answer.onAbort(() => stop.abort());
      await pull(parts, model, {
        signal: stop.signal,
        tell: async (event) => {
          await answer.writeln(JSON.stringify(isOurs ? event : ollamaEvent(event)));
        },
      });
    });
  });

  app.post('/replicate', async (c) => {
    const wanted = await readJson(c.req.raw, replicateBody);
    if ('ref' in wanted) await host.replicator.keep(wanted.ref);
    else await host.replicator.keepAll(wanted.bytes ?? ALL_BYTES);
    return c.json({ ok: true });
  });
}

/** A line of specs/http.md section 4. */
interface PullEvent {
  readonly event: 'start' | 'progress' | 'dropped' | 'done' | 'error';
  readonly size?: number;
  readonly bytes?: number;
  readonly code?: string;
  readonly error?: string;
  readonly [fact: string]: unknown;
}

/** The same in the words of Ollama's API (specs/ollama.md section 6). */
function ollamaEvent({ event, size, bytes, code, error }: PullEvent): object {
  if (event === 'done') return { status: 'success' };
  if (event === 'error') return { code, error };
  if (event === 'progress') return { status: 'pulling', total: size, completed: bytes };
  return { status: event === 'start' ? 'pulling manifest' : 'a source was left' };
}

/** @throws CodedError as the puller */
async function pullAtOnce(
  { host: { puller } }: Pick<NodeParts, 'host'>,
  model: CatalogueModel,
  signal: AbortSignal,
): Promise<object> {
  await puller.pull(model, { signal });
  return { status: 'success' };
}

interface PullOptions {
  readonly signal: AbortSignal;
  readonly tell: (event: PullEvent) => Promise<void>;
}

/** The events of specs/http.md section 4. What goes wrong is the last of them, since the status was sent before. */
async function pull(
  { host: { puller }, report }: Pick<NodeParts, 'host' | 'report'>,
  model: CatalogueModel,
  { signal, tell }: PullOptions,
): Promise<void> {
  await tell({ event: 'start', id: model.id, size: modelSize(model.manifest) });
  try {
    let last = Number.NEGATIVE_INFINITY;
    const { fetched, dropped } = await puller.pull(model, {
      signal,
      onProgress: ({ bytes, total, rate, sources }) => {
        if (performance.now() - last < PROGRESS_MS && bytes < total) return;
        last = performance.now();
        void tell({ event: 'progress', bytes, size: total, rate: Math.round(rate), sources });
      },
    });
    for (const { source, reason, message, block } of dropped)
      await tell({ event: 'dropped', source, reason, message, ...(block === undefined ? {} : { block }) });
    await tell({ event: 'done', id: model.id, fetched });
  } catch (error) {
    if (signal.aborted) return;
    if (!isCoded(error)) report('error', 'a pull failed', { error: String(error) });
    await tell(
      isCoded(error)
        ? { event: 'error', code: error.code, error: error.message }
        : { event: 'error', code: 'INTERNAL', error: 'the node failed; its log says why' },
    );
  }
}
