import { DEMANDS } from './demands.ts';
import { answer, header, json, parameter } from './parts.ts';
import { ref } from './schemas.ts';

/** Schemas of what the APIs say of a failure. */
type ErrorName = 'OpenAiError' | 'AnthropicError' | 'Error';

const failing = (name: ErrorName) => ({
  default: answer('The code names the cause and fixes the status.', ref(name)),
});

const DEADLINE = parameter('Isobit-Deadline-Ms', 'header', 'Milliseconds for the whole answer.', {
  type: 'integer',
  minimum: 1,
  maximum: 3_600_000,
});

const headers = {
  'Isobit-Model': header('Id of the model.'),
  'Isobit-Salt': header('Salt of the canonical request.'),
  'Isobit-Profile': header('Profile of the canonical request.'),
};

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly error: ErrorName;
}

interface Asking extends Operation {
  readonly body: object;
  readonly whole: object;
  /** Content of streams, by type, where the body may ask for one. */
  readonly streams?: object;
}

/** A route whose answer a model gives. */
export const asking = ({ operationId, summary, error, body, whole, streams = {} }: Asking) => ({
  post: {
    operationId,
    summary,
    parameters: [DEADLINE, ...DEMANDS],
    requestBody: { required: true, content: json(body) },
    responses: {
      200: {
        description: 'The answer, with the digest of its receipt.',
        headers,
        content: { ...json(whole), ...streams },
      },
      ...failing(error),
    },
  },
});

/** A route with a body whose answer the gateway knows. */
export const telling = ({ operationId, summary, error, body, whole }: Omit<Asking, 'streams'>) => ({
  post: {
    operationId,
    summary,
    requestBody: { required: true, content: json(body) },
    responses: { 200: answer(summary, whole), ...failing(error) },
  },
});

interface Finding extends Operation {
  readonly found: object;
  readonly parameters?: readonly object[];
}

export const reading = ({ operationId, summary, error, found, parameters = [] }: Finding) => ({
  get: {
    operationId,
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: { 200: answer(summary, found), ...failing(error) },
  },
});

export const removing = (finding: Finding) => ({ delete: reading(finding).get });
