import { createGateway, hostCheck, originCheck, routeUnknown } from '@isobit/gateway';
import { networkId, onnxExact } from '@isobit/receipt';
import { Hono } from 'hono';
import { nodeError } from '../errors.ts';
import type { NodeParts } from '../parts.ts';
import type { GatewayPorts } from '../roles/gateway/gateway-ports.ts';
import { createAccess } from './access.ts';
import { hostNames } from './addresses.ts';
import { errorAnswer } from './error-answer.ts';
import { createMetrics } from './metrics.ts';
import { nodeOpenApi } from './openapi.ts';
import { operatorRoutes } from './routes/operator/operator-routes.ts';
import { publicRoutes } from './routes/public/public-routes.ts';

export interface AppOptions {
  readonly parts: NodeParts;
  /** Absent where the node is no gateway. */
  readonly gateway: GatewayPorts | undefined;
  /** Port that the server listens on. */
  readonly port: () => number;
}

/** Routes of Ollama's API below `/api`. */
const OLLAMA_PATHS = ['chat', 'generate', 'embed', 'tags', 'show', 'ps', 'pull', 'version'] as const;

/** All of a node's HTTP (specs/http.md). @throws CodedError `OPTION_INVALID` for a key or an origin that is none */
export function createApp({ parts, gateway, port }: AppOptions): Hono {
  const { options, registry, version, report, identity } = parts;
  const onFault = (error: unknown): void =>
    report('error', 'a request failed', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const access = checked(() =>
    createAccess({ keys: options.keys, operatorToken: identity.operatorToken, ring: parts.keys }),
  );
  const app = new Hono();
  app.onError((error, c) => errorAnswer(error, onFault, c.req.path));
  app.use(hostCheck({ port, hosts: hostNames(options) }));
  app.use(checked(() => originCheck({ origins: options.origins })));

  const metrics = createMetrics(parts);
  app.get('/metrics', async () => {
    const { type, text } = await metrics();
    return new Response(text, { headers: { 'content-type': type } });
  });
  app.get('/openapi.json', (c) => c.json(nodeOpenApi({ version, gateway: gateway !== undefined })));
  publicRoutes(app, parts, access);
  // Before the operator's: of the routes that both have, the gateway lets the operator pass.
  if (gateway) {
    app.use('/jobs', access.keyForStrangers);
    app.use('/v1/*', access.keyForStrangers);
    for (const path of OLLAMA_PATHS) app.use(`/api/${path}`, access.keyForStrangers);
    app.use('/v2/models/:name/infer', access.keyForStrangers);
    app.use('/v2/models/:name/versions/:version/infer', access.keyForStrangers);
    app.route(
      '/',
      createGateway({
        ...gateway,
        catalogue: registry,
        network: networkId(options.network),
        profileDefault: onnxExact.name,
        version,
        askerOf: access.askerOf,
        isOperator: access.isOperator,
        report: onFault,
      }),
    );
  }
  app.route('/api', operatorRoutes(parts));

  app.notFound((c) => routeUnknown(c.req.method, c.req.path));
  return app;
}

/** What the operator wrote down is refused as a whole, before the node serves anybody. */
function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw nodeError('OPTION_INVALID', error.message, {}, { cause: error });
  }
}
