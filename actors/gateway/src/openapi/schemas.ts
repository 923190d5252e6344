import { datatypes } from '@isobit/model';
import { answeredCodes } from '../status.ts';
import { anthropicSchemas } from './anthropic-schemas.ts';
import { ollamaSchemas } from './ollama-schemas.ts';
import { openAiSchemas } from './openai-schemas.ts';
import { address, flag, hex32, list, object, text } from './parts.ts';
import { responsesSchemas } from './responses-schemas.ts';

/** Names of component schemas, so that a mistyped reference is a type error. */
export const ref = (name: keyof typeof schemas) => ({ $ref: `#/components/schemas/${name}` });

const shape = list({ type: 'integer', minimum: 0 });
const datatype = { enum: datatypes };
const tensorSignature = object({ name: text, datatype, shape: list({ type: 'integer', minimum: -1 }) });
const binarySize = object({ binary_data_size: { type: 'integer', minimum: 0 } });
const data = {
  type: 'array',
  description:
    'Elements in row-major order, flat or nested as the shape is; absent where they follow in binary.',
};

/** Component schemas of the gateway's OpenAPI document. Documents of the protocol have their own specs. */
export const schemas = {
  Error: object(
    {
      code: { enum: answeredCodes },
      error: { type: 'string', description: 'What happened, to what, and what to do.' },
      keys: { ...list(address), description: 'With NAME_CLASH: the keys that own the name.' },
      nearest: { ...list(text), description: 'With MODEL_UNKNOWN: names that look like it.' },
    },
    ['keys', 'nearest'],
  ),
  ServerMetadata: object({ name: text, version: text, extensions: list(text) }),
  Live: object({ live: flag }),
  Ready: object({ ready: flag }),
  ModelReady: object({ name: text, ready: flag }),
  ModelMetadata: object({
    name: text,
    versions: list(text),
    platform: text,
    inputs: list(tensorSignature),
    outputs: list(tensorSignature),
    isobit: object({ id: text, publisher: address, profile: text, title: text, licence: text }),
  }),
  ModelList: object({ models: list(object({ name: text, id: text, title: text, versions: list(text) })) }),
  RepositoryIndex: list(
    object({ name: text, version: text, state: { enum: ['READY', 'UNAVAILABLE'] }, reason: text }),
  ),
  InferRequest: object(
    {
      id: text,
      model_name: { ...text, description: 'Ignored: the URL names the model.' },
      model_version: { ...text, description: 'Ignored, as model_name.' },
      parameters: object(
        { isobit_profile: text, isobit_salt: hex32, isobit_nonce: hex32, binary_data_output: flag },
        ['isobit_profile', 'isobit_salt', 'isobit_nonce', 'binary_data_output'],
      ),
      inputs: list(
        object({ name: text, datatype, shape, parameters: binarySize, data }, ['parameters', 'data']),
      ),
      outputs: list(
        object({ name: text, parameters: object({ binary_data: flag }, ['binary_data']) }, ['parameters']),
      ),
    },
    ['id', 'model_name', 'model_version', 'parameters', 'outputs'],
  ),
  InferResponse: object(
    {
      model_name: text,
      model_version: text,
      id: text,
      parameters: object({
        isobit_receipt: hex32,
        isobit_salt: hex32,
        isobit_profile: text,
        isobit_worker: address,
      }),
      outputs: list(
        object({ name: text, datatype, shape, parameters: binarySize, data }, ['parameters', 'data']),
      ),
    },
    ['model_version', 'id'],
  ),
  Job: {
    type: 'object',
    description: 'A canonical job/1 document (specs/jobs.md).',
    properties: { isobit: { const: 'job/1' } },
    required: ['isobit'],
  },
  JobAnswer: {
    type: 'object',
    description: 'A canonical job-answer/1 document (specs/jobs.md).',
    properties: { isobit: { const: 'job-answer/1' } },
    required: ['isobit', 'receipt'],
  },
  JobError: object(
    {
      isobit: { const: 'job-error/1' },
      code: { type: 'string', pattern: '^JOB_' },
      message: text,
      retryAfterMs: { type: 'integer', minimum: 0 },
    },
    ['retryAfterMs'],
  ),
  ...openAiSchemas,
  ...responsesSchemas,
  ...anthropicSchemas,
  ...ollamaSchemas,
} as const;
