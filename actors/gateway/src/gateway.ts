import { type Context, Hono } from 'hono';
import { type Asker, Askers } from './askers.ts';
import { BodyBudget } from './body-budget.ts';
import type { Catalogue, Readiness } from './catalogue.ts';
import { defaultLimits, type GatewayContext, type GatewayLimits } from './context.ts';
import type { Dispatcher } from './dispatcher.ts';
import { errorAnswer, tellable } from './error-answer.ts';
import { gatewayError } from './errors.ts';
import { type Holdings, noHoldings } from './holdings.ts';
import { gatewayOpenApi } from './openapi/document.ts';
import { createRandom } from './random.ts';
import { noReceipts, type Receipts } from './receipts.ts';
import { RecentAnswers } from './recent-answers.ts';
import { anthropicRoutes } from './routes/anthropic.ts';
import { inferRoutes } from './routes/infer.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { ollamaRoutes } from './routes/ollama.ts';
import { openAiRoutes } from './routes/openai.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { responseRoutes } from './routes/responses.ts';
import { serverRoutes } from './routes/server.ts';
import { signatureRoutes } from './routes/signature.ts';
import type { ExchangeSigner } from './signer.ts';
import type { Telemetry } from './telemetry.ts';

export interface GatewayOptions {
  readonly dispatcher: Dispatcher;
  readonly catalogue: Catalogue;
  /** Without it, everything that is known counts as ready. */
  readonly readiness?: Readiness;
  /** Digest of the network's genesis document: 64 hex characters. Receipts of inferences are to count in it. */
  readonly network: string;
  /** Name of the profile for inferences that name none. */
  readonly profileDefault: string;
  /** Narrower or wider limits than the protocol's defaults. */
  readonly limits?: Partial<GatewayLimits>;
  /** Receipts of the node; without it, only those of recent answers are known. */
  readonly receipts?: Receipts;
  /** Models that the node has; without it, none. */
  readonly holdings?: Holdings;
  /** Signs which bytes were asked and answered, for who asks for that; without it, nobody. */
  readonly signer?: ExchangeSigner;
  /** Is told of each question to a language model that has ended; without it, nobody. */
  readonly telemetry?: Telemetry;
  /** Whether the operator asks: two routes of Ollama's are his as well, mounted behind these. Nobody, where absent. */
  isOperator?(c: Context): boolean;
  /** Who asks; without it no evidence of answers is kept for anybody, and nobody's questions are counted. */
  askerOf?(c: Context): Asker | undefined;
  /** Milliseconds of a clock that never goes back. */
  clock?(): number;
  /** Milliseconds since 1970, which templates may print; `Date.now`. */
  now?(): number;
  /** Unpredictable bytes: salts and nonces are made of them. */
  random?(length: number): Uint8Array;
  /** Version of the program, told to clients. */
  readonly version: string;
  /** Is told each fault of which clients learn nothing but `INTERNAL`. */
  report?(error: unknown): void;
}

/**
 * HTTP for clients: the Open Inference Protocol (specs/open-inference.md), the APIs of OpenAI, Anthropic and
 * Ollama (specs/openai.md, specs/responses.md, specs/anthropic.md, specs/ollama.md) and the route for verifying clients (specs/jobs.md). It holds no state but the bodies in flight and recent answers, checks neither `Host` nor keys (the middlewares beside
 * it do), and may be mounted anywhere.
 */
export function createGateway(options: GatewayOptions): Hono {
  const limits = { ...defaultLimits, ...options.limits };
  const clock = options.clock ?? (() => performance.now());
  const context: GatewayContext = {
    dispatcher: options.dispatcher,
    catalogue: options.catalogue,
    readiness: options.readiness ?? { isReady: async () => true },
    network: options.network,
    profileDefault: options.profileDefault,
    limits,
    budget: new BodyBudget(limits.bodyBufferBytes),
    version: options.version,
    receipts: options.receipts ?? noReceipts,
    holdings: options.holdings ?? noHoldings,
    isOperator: options.isOperator ?? (() => false),
    recent: new RecentAnswers({
      most: limits.recentAnswers,
      maxBytes: limits.recentBytes,
      maxMs: limits.recentMs,
      clock,
    }),
    signer: options.signer,
    telemetry: options.telemetry,
    clock,
    now: options.now ?? Date.now,
    askerOf: options.askerOf ?? (() => undefined),
    askers: new Askers(limits.askerQuestions),
    random: options.random ?? createRandom(),
    report: options.report ?? (() => {}),
  };
  const app = new Hono();
  app.onError((error, c) => {
    if (tellable(error) !== error) context.report(error);
    return errorAnswer(error, c.req.path);
  });
  app.notFound((c) => routeUnknown(c.req.method, c.req.path));
  app.get('/openapi.json', (c) => c.json(gatewayOpenApi));
  serverRoutes(app, context);
  modelRoutes(app, context);
  inferRoutes(app, context);
  jobRoutes(app, context);
  openAiRoutes(app, context);
  anthropicRoutes(app, context);
  ollamaRoutes(app, context);
  receiptRoutes(app, context);
  responseRoutes(app, context);
  signatureRoutes(app, context);
  return app;
}

/** The answer to a request for which there is no route; a server that mounts the gateway gives the same. */
export const routeUnknown = (method: string, path: string): Response =>
  errorAnswer(
    gatewayError(
      'ROUTE_UNKNOWN',
      `there is no route ${method} ${path.slice(0, 200)}: GET /openapi.json lists them`,
    ),
    path,
  );
