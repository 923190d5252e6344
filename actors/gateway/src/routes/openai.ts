import { openAiChat, openAiCompletion, openAiEmbedding, openAiResponses } from '@isobit/apis';
import { usualProfileOf } from '@isobit/receipt';
import type { Hono } from 'hono';
import { answerEmbedding } from '../apis/answer-embedding.ts';
import { answerText } from '../apis/answer-text.ts';
import { anthropicEntry, anthropicList } from '../apis/anthropic-model.ts';
import { languageModels, shownName } from '../apis/asked-model.ts';
import type { CatalogueModel } from '../catalogue.ts';
import type { GatewayContext } from '../context.ts';
import { resolveModel } from '../model-reference.ts';
import { queryOf } from '../query.ts';

/** OpenAI's API (specs/openai.md, specs/responses.md). */
export function openAiRoutes(app: Hono, context: GatewayContext): void {
  const { catalogue } = context;
  app.get('/v1/models', async (c) => {
    // Anthropic's clients say their API's version, and how many models a page should hold.
    const isAnthropic = c.req.header('anthropic-version') !== undefined;
    queryOf(c.req.url, isAnthropic ? PAGING : []);
    const models = await languageModels(context);
    return c.json(isAnthropic ? anthropicList(models) : { object: 'list', data: models.map(entry) });
  });
  app.get('/v1/models/:model', async (c) => {
    queryOf(c.req.url);
    const model = await resolveModel(catalogue, c.req.param('model'));
    const isAnthropic = c.req.header('anthropic-version') !== undefined;
    return c.json(isAnthropic ? anthropicEntry(model) : entry(model), 200, { 'isobit-model': model.id });
  });
  app.post('/v1/chat/completions', (c) => answerText(openAiChat, c, context));
  app.post('/v1/completions', (c) => answerText(openAiCompletion, c, context));
  app.post('/v1/responses', (c) => answerText(openAiResponses, c, context));
  app.post('/v1/embeddings', (c) => answerEmbedding(openAiEmbedding, c, context));
}

/** All models are one page. */
const PAGING = ['limit', 'after_id', 'before_id'];

/** A manifest has no time. */
const NEVER = 0;

function entry(model: CatalogueModel) {
  const { id, manifest } = model;
  const { title, licence, publisher } = manifest;
  return {
    id: shownName(model),
    object: 'model',
    created: NEVER,
    owned_by: publisher,
    isobit: { id, title, licence, profile: usualProfileOf(manifest).name },
  };
}
