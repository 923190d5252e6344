import { isCoded } from '@isobit/core';
import type { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';

/** What a body's reader says of a client, said of a server. @throws CodedError `API_ANSWER`, `API_LIMIT` */
export function asAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isCoded(error) || error.code === 'API_ANSWER' || error.code === 'API_LIMIT') throw error;
    throw apiError('API_ANSWER', `the server's answer is none: ${error.message}`);
  }
}

/** A dated version of the model answers by its own name. @throws CodedError `API_ANSWER` for another model */
export function checkModel(answer: Members, asked: string): void {
  const stated = answer.text('model') ?? '';
  if (stated === '' || stated === asked) return;
  if (stated.startsWith(asked) && '-:@.'.includes(stated.charAt(asked.length))) return;
  throw apiError('API_ANSWER', 'the server answers with another model than it was asked for', 'model');
}
