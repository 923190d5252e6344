import { limits } from '@isobit/core';
import { gatewayError } from './errors.ts';

/** Milliseconds, 1 to an hour, for a whole inference. */
export const DEADLINE_HEADER = 'isobit-deadline-ms';

/** Bytes of JSON before the binary part of an inference body (the protocol's binary tensor data extension). */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/**
 * A header that holds a decimal integer, or undefined where it is absent.
 *
 * @throws CodedError `HEADER_INVALID`
 */
export function integerHeader(headers: Headers, name: string, low: number, high: number): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw gatewayError('HEADER_INVALID', `the header ${name} must be an integer from ${low} to ${high}`);
}

/** The client's deadline in milliseconds, from the arrival of its request. @throws CodedError `HEADER_INVALID` */
export const deadlineOf = (headers: Headers, otherwise: number = limits.inferDeadlineMs): number =>
  integerHeader(headers, DEADLINE_HEADER, 1, limits.jobDeadlineMs) ?? otherwise;

const BINARY = 'application/octet-stream';

/**
 * Checks that a body is of a type that the route reads. A body without a type passes: some clients of the protocol
 * send none. Types that a page may send without being asked about (forms, plain text) do not.
 *
 * @throws CodedError `BODY_TYPE`
 */
export function checkBodyType(headers: Headers, binary: boolean): void {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw gatewayError(
      'BODY_TYPE',
      `bodies in "${encoding.slice(0, 40)}" are not read: send the body as it is`,
    );
  }
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === undefined || type === 'application/json' || (binary && type === BINARY)) return;
  const advice = type === BINARY ? ' with Inference-Header-Content-Length' : '';
  throw gatewayError(
    'BODY_TYPE',
    `a body of type "${type.slice(0, 80)}" is not read here: send application/json${advice}`,
  );
}
