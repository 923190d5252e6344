import { Members, modelOf, ollamaChat, ollamaEmbed, ollamaGenerate } from '@isobit/apis';
import { limits } from '@isobit/core';
import type { Context, Hono, Next } from 'hono';
import { answerEmbedding } from '../apis/answer-embedding.ts';
import { answerText } from '../apis/answer-text.ts';
import { readArrival } from '../apis/arrival.ts';
import { askedModel, languageModels, shownName } from '../apis/asked-model.ts';
import { listedModel, shownModel } from '../apis/ollama-model.ts';
import type { CatalogueModel } from '../catalogue.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { queryOf } from '../query.ts';

/** Nobody keeps a model for a time that is known. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** Ollama's API (specs/ollama.md). Two of its routes are the operator's as well, who is let pass to them. */
export function ollamaRoutes(app: Hono, context: GatewayContext): void {
  const { holdings, version } = context;
  const forOthers =
    (answer: (c: Context) => Promise<Response>) =>
    async (c: Context, next: Next): Promise<Response | undefined> => {
      if (!context.isOperator(c)) return answer(c);
      await next();
      return undefined;
    };

  app.post('/api/chat', (c) => answerText(ollamaChat, c, context));
  app.post('/api/generate', (c) => answerText(ollamaGenerate, c, context));
  app.post('/api/embed', (c) => answerEmbedding(ollamaEmbed, c, context));
  app.get('/api/version', (c) => c.json({ version }));
  app.get('/api/tags', async (c) => {
    queryOf(c.req.url);
    return c.json({ models: (await languageModels(context)).map(listedModel) });
  });
  app.post('/api/show', async (c) => {
    const model = await named(c, context, ['verbose', 'system', 'template', 'options']);
    return c.json(shownModel(model), 200, { 'isobit-model': model.id });
  });
  app.get(
    '/api/ps',
    forOthers(async (c) => {
      queryOf(c.req.url);
      const loaded = new Set(holdings.loaded());
      const models = (await languageModels(context)).filter(({ id }) => loaded.has(id));
      const inMemory = { expires_at: NO_TIME, size_vram: 0 };
      return c.json({ models: models.map((each) => ({ ...listedModel(each), ...inMemory })) });
    }),
  );
  app.post(
    '/api/pull',
    forOthers(async (c) => {
      const model = await named(c, context, ['stream', 'insecure']);
      if (await holdings.holds(model.manifest))
        return c.json({ status: 'success' }, 200, { 'isobit-model': model.id });
      const name = shownName(model);
      throw gatewayError(
        'OPERATOR_ONLY',
        `${name} is not on this node: its operator fetches it, with isobit pull ${name} or by showing the operator's token`,
      );
    }),
  );
}

/** The model that a small body names. */
async function named(
  c: Context,
  context: GatewayContext,
  ignored: readonly string[],
): Promise<CatalogueModel> {
  using arrival = await readArrival(c, context, limits.inferDeadlineMs);
  const body = new Members(arrival.json, '');
  // Older clients call it a name.
  const name = body.has('model') ? modelOf(body) : modelOf(body, 'name');
  body.ignore('name', ...ignored);
  body.done();
  return (await askedModel(context, name, {}, {})).model;
}
