import { type Request, requestDigest } from '@isobit/receipt';

const CHARACTERS = 32;

/** The id of an answer, known before there is one (specs/apis.md section 7). */
export const answerId = (prefix: string, request: Request): string =>
  `${prefix}${requestDigest(request).slice(0, CHARACTERS)}`;
