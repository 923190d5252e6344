import { CodedError } from '@isobit/core';
import type { JobErrorCode } from '@isobit/receipt';

/** Codes thrown by `@isobit/gateway`; `status.ts` gives each its HTTP status. */
export type GatewayErrorCode =
  /** A reference leads to no model that is known here; `details.nearest` lists names that look like it. */
  | 'MODEL_UNKNOWN'
  /** Several keys own a model of this name; `details.keys` lists them. */
  | 'NAME_CLASH'
  /** No receipt or evidence of this digest or answer is here. */
  | 'RECEIPT_UNKNOWN'
  /** No answer of this digest or id is here whose bytes can be signed for the asker. */
  | 'SIGNATURE_UNKNOWN'
  /** No answer of this id is here for the asker to have again, or to have forgotten. */
  | 'ANSWER_UNKNOWN'
  /** No answer of this id is here to go on from. */
  | 'RESPONSE_UNKNOWN'
  /** There is no such route, or not with this method. */
  | 'ROUTE_UNKNOWN'
  /** A query parameter is not known to the route. */
  | 'PARAMETER_UNKNOWN'
  /** A query parameter's value is not allowed. */
  | 'PARAMETER_INVALID'
  /** A request header's value is not allowed. */
  | 'HEADER_INVALID'
  /** A body is of a type or an encoding that the route does not read. */
  | 'BODY_TYPE'
  /** A body is larger than the route reads. */
  | 'BODY_TOO_LARGE'
  /** A body stopped coming, or came too slowly. */
  | 'BODY_TIMEOUT'
  /** The bodies of others fill the memory set aside for them; `details.retryAfterMs` says when to ask again. */
  | 'BODY_BUSY'
  /** The client left before it had its answer. */
  | 'CLIENT_GONE'
  /** No worker could be found for the job. */
  | 'NO_WORKER'
  /** A worker's answer does not fit the job: another request, nonce, model or output than its receipt says. */
  | 'ANSWER_UNFIT'
  /** The `Host` is not a name of this node: a rebound name, or one that the operator did not configure. */
  | 'HOST_REFUSED'
  /** The page that asks is of an origin that the operator did not allow. */
  | 'ORIGIN_REFUSED'
  /** What is asked changes the node, so only its operator may. */
  | 'OPERATOR_ONLY'
  /** The route needs a bearer token and got none, or another. */
  | 'TOKEN_REQUIRED'
  /** The node signs nothing at the moment. */
  | 'SIGNING_REFUSED'
  /** The key that is shown is past its time. */
  | 'KEY_EXPIRED'
  /** The key that is shown is not for this model. */
  | 'KEY_MODEL'
  /** The key's questions of this minute are asked; `details.retryAfterMs` says when the next may be. */
  | 'KEY_RATE'
  /** The key's tokens of this day are spent; `details.retryAfterMs` says when the next day begins. */
  | 'KEY_TOKENS'
  /** A fault of this node; what went wrong stays in its log. */
  | 'INTERNAL'
  /** What a worker or its client's deadline says of a job. */
  | JobErrorCode;

export const gatewayError = (
  code: GatewayErrorCode,
  message: string,
  details?: Record<string, unknown>,
): CodedError<GatewayErrorCode> => new CodedError(code, message, details);

/** What a `Catalogue` throws for a reference that leads nowhere. */
export const modelUnknown = (ref: string): CodedError<GatewayErrorCode> =>
  gatewayError('MODEL_UNKNOWN', `no model "${ref.slice(0, 200)}" is known here`);

/** What a `Catalogue` throws for a name that several keys own. */
export const nameClash = (ref: string, keys: readonly string[]): CodedError<GatewayErrorCode> =>
  gatewayError(
    'NAME_CLASH',
    `"${ref.slice(0, 200)}" is a model of several keys: name one, as in ${keys[0]}/${ref.slice(0, 200)}; keys: ${keys.join(', ')}`,
    { keys },
  );
