import { anthropicPaths } from './anthropic-paths.ts';
import { DEMANDS, price } from './demands.ts';
import { ollamaPaths } from './ollama-paths.ts';
import { openAiPaths } from './openai-paths.ts';
import { answer, header, json, parameter, text } from './parts.ts';
import { ref } from './schemas.ts';

const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
const errors = { default: answer('The code names the cause and fixes the status.', ref('Error')) };

const NAME = parameter('name', 'path', 'An id, a name, or owner/name with the slash encoded as %2F.', text);
const VERSION = parameter('version', 'path', 'A version of the name.', text);
const JSON_LENGTH = parameter(
  'Inference-Header-Content-Length',
  'header',
  'Bytes of JSON before the binary part; absent where the whole body is JSON.',
  { type: 'integer', minimum: 0 },
);
const DEADLINE = parameter('Isobit-Deadline-Ms', 'header', 'Milliseconds for the whole inference.', {
  type: 'integer',
  minimum: 1,
  maximum: 3_600_000,
});
const addresses = { type: 'array', items: { type: 'string', pattern: '^0x[0-9a-f]{40}$' } };

const evidenceHeaders = {
  'Isobit-Receipt': header('Digest of the receipt: GET /evidence/{digest} of the node gives the evidence.'),
  'Isobit-Model': header('Id of the model.'),
};
const inferHeaders = {
  ...evidenceHeaders,
  'Isobit-Salt': header('Salt of the canonical request.'),
  'Isobit-Profile': header('Profile of the canonical request.'),
};

/** The routes of one model, for its newest version and for a named one. */
function modelPaths(base: string, parameters: readonly object[], suffix: string) {
  return {
    [base]: {
      get: {
        operationId: `modelMetadata${suffix}`,
        summary: 'Inputs, outputs and versions of a model',
        parameters,
        responses: { 200: answer('The metadata.', ref('ModelMetadata')), ...errors },
      },
    },
    [`${base}/ready`]: {
      get: {
        operationId: `modelReady${suffix}`,
        summary: 'Whether somebody runs the model',
        parameters,
        responses: {
          200: answer('It is run.', ref('ModelReady')),
          503: answer('Nobody runs it at the moment.', ref('ModelReady')),
          ...errors,
        },
      },
    },
    [`${base}/infer`]: {
      post: {
        operationId: `infer${suffix}`,
        summary: 'Run the model',
        parameters: [...parameters, JSON_LENGTH, DEADLINE, ...DEMANDS],
        requestBody: { required: true, content: { ...json(ref('InferRequest')), ...bytes } },
        responses: {
          200: {
            description: 'The outputs; in binary where the request asked for that.',
            headers: inferHeaders,
            content: { ...json(ref('InferResponse')), ...bytes },
          },
          ...errors,
        },
      },
    },
  };
}

/** Every route of the gateway. */
export const paths = {
  '/openapi.json': {
    get: {
      operationId: 'openApi',
      summary: 'This document',
      responses: { 200: answer('OpenAPI 3.1.', { type: 'object' }), ...errors },
    },
  },
  '/v2': {
    get: {
      operationId: 'serverMetadata',
      summary: 'Name, version and extensions of the server',
      responses: { 200: answer('The metadata.', ref('ServerMetadata')), ...errors },
    },
  },
  '/v2/health/live': {
    get: {
      operationId: 'serverLive',
      summary: 'Whether the server answers',
      responses: { 200: answer('It does.', ref('Live')), ...errors },
    },
  },
  '/v2/health/ready': {
    get: {
      operationId: 'serverReady',
      summary: 'Whether inferences are to be expected to work',
      responses: {
        200: answer('They are.', ref('Ready')),
        503: answer('They are not.', ref('Ready')),
        ...errors,
      },
    },
  },
  '/v2/models': {
    get: {
      operationId: 'listModels',
      summary: 'The models known here (an addition to the protocol)',
      responses: { 200: answer('The models.', ref('ModelList')), ...errors },
    },
  },
  ...modelPaths('/v2/models/{name}', [NAME], ''),
  ...modelPaths('/v2/models/{name}/versions/{version}', [NAME, VERSION], 'Version'),
  '/v2/repository/index': {
    post: {
      operationId: 'repositoryIndex',
      summary: "The models known here, as Triton's clients ask for them",
      responses: { 200: answer('The models.', ref('RepositoryIndex')), ...errors },
    },
  },
  '/jobs': {
    post: {
      operationId: 'job',
      summary: 'Run a canonical job: the route of clients that verify',
      parameters: [
        parameter('worker', 'query', 'The one worker to ask.', text),
        parameter('exclude', 'query', 'Workers not to ask.', addresses),
        parameter('maxPrice', 'query', 'Highest price for the run.', price),
      ],
      requestBody: { required: true, content: json(ref('Job')) },
      responses: {
        200: {
          description:
            'The canonical answer; for a job with progress whose text begins to come, lines: job-progress/1 each, and the answer or the error at the end.',
          headers: evidenceHeaders,
          content: { ...json(ref('JobAnswer')), 'application/x-ndjson': { schema: text } },
        },
        default: answer('Why there is none.', { oneOf: [ref('JobError'), ref('Error')] }),
      },
    },
  },
  ...openAiPaths,
  ...anthropicPaths,
  ...ollamaPaths,
};
