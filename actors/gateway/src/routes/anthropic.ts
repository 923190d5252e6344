import { anthropicCount, anthropicMessages } from '@isobit/apis';
import type { Hono } from 'hono';
import { answerText } from '../apis/answer-text.ts';
import type { GatewayContext } from '../context.ts';

/** Anthropic's API (specs/anthropic.md). */
export function anthropicRoutes(app: Hono, context: GatewayContext): void {
  app.post('/v1/messages', (c) => answerText(anthropicMessages, c, context));
  app.post('/v1/messages/count_tokens', (c) => answerText(anthropicCount, c, context));
}
