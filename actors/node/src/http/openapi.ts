import { gatewayOpenApi } from '@isobit/gateway';

type Method = 'get' | 'post' | 'put' | 'delete' | 'head';
type Route = readonly [method: Method, path: string, summary: string, answer: string];

const PUBLIC: readonly Route[] = [
  ['get', '/models', 'Models that this node knows.', 'application/json'],
  ['get', '/models/{ref}', 'Signed manifest of a model, canonical bytes.', 'application/json'],
  ['get', '/models/{ref}/workers', 'Workers that offer the model, best first.', 'application/json'],
  ['get', '/models/{ref}/hosts', 'Nodes that hold all of its bytes.', 'application/json'],
  ['get', '/receipts/{digest}', 'A receipt, canonical bytes.', 'application/json'],
  ['get', '/evidence/{digest}', 'Evidence of a receipt, as far as the asker may see it.', 'application/json'],
  [
    'get',
    '/engines/{digest}',
    'WebAssembly of an exact engine, or the script that comes with it.',
    'application/wasm',
  ],
  ['get', '/blobs/{root}', 'Bytes of a file; Range is honoured.', 'application/octet-stream'],
  ['get', '/blobs/{root}/leaves', 'Leaf list of a file, 32 bytes a block.', 'application/octet-stream'],
  ['get', '/log/key', "The node's log-key document.", 'application/json'],
  ['get', '/log/{path}', 'A public file of the log: checkpoint, tile/…', 'application/octet-stream'],
  ['post', '/witness/add-checkpoint', 'Cosigns a checkpoint (c2sp tlog-witness).', 'text/plain'],
  ['get', '/witness/{hash}/checkpoint', 'Checkpoint of a log that this witness cosigned last.', 'text/plain'],
  ['get', '/', 'The receipt page.', 'text/html'],
  ['get', '/r/{digest}', 'The receipt page, with this evidence.', 'text/html'],
  ['get', '/health', 'Whether work may be sent here; 503 with the reasons where not.', 'application/json'],
  ['get', '/metrics', 'Prometheus metrics.', 'text/plain'],
  ['get', '/openapi.json', 'This document.', 'application/json'],
];

const OPERATOR: readonly Route[] = [
  ['get', '/api/status', 'What the node is and does.', 'application/json'],
  ['put', '/api/blobs', 'Stores the body; any size.', 'application/json'],
  ['get', '/api/models', 'Models, with what is held and loaded.', 'application/json'],
  ['post', '/api/models', 'Publishes stored files as a model under a name.', 'application/json'],
  ['delete', '/api/models/{ref}', 'Forgets a model and frees its bytes.', 'application/json'],
  ['post', '/api/pull', 'Fetches a model; events as lines of JSON.', 'application/x-ndjson'],
  ['post', '/api/replicate', 'Keeps a model, or all, from now on.', 'application/json'],
  ['get', '/api/ps', 'Loaded models and load.', 'application/json'],
  ['put', '/api/evidence', 'Keeps an evidence document.', 'application/json'],
  ['get', '/api/names', 'Name records and petnames known here.', 'application/json'],
  ['get', '/api/keys', 'Keys with which others may ask, without the keys themselves.', 'application/json'],
  ['post', '/api/keys', 'Makes a key, and tells it this once.', 'application/json'],
  ['delete', '/api/keys/{name}', 'Removes a key.', 'application/json'],
  ['put', '/api/petnames/{petname}', 'Gives a key a local petname.', 'application/json'],
];

const errorAnswer = {
  description: 'A coded error.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

function pathsOf(routes: readonly Route[], secured: boolean): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [method, path, summary, type] of routes) {
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    paths[path] = {
      ...paths[path],
      [method]: {
        summary,
        ...(parameters.length ? { parameters } : {}),
        ...(secured ? { security: [{ operator: [] }] } : {}),
        responses: { '200': { description: summary, content: { [type]: {} } }, default: errorAnswer },
      },
    };
  }
  return paths;
}

/** OpenAPI 3.1 of everything that a node answers. @param gateway whether the gateway's routes are among it */
export function nodeOpenApi({ version, gateway }: { version: string; gateway: boolean }): object {
  return {
    ...gatewayOpenApi,
    info: { ...gatewayOpenApi.info, title: 'Isobit node', version, description: 'See specs/http.md.' },
    paths: {
      ...pathsOf(PUBLIC, false),
      ...pathsOf(OPERATOR, true),
      ...(gateway ? gatewayOpenApi.paths : {}),
    },
    components: {
      ...gatewayOpenApi.components,
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: 'The operator token in the node’s data folder.',
        },
      },
    },
  };
}
