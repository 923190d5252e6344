import type { ListedKey } from '../nodes/answers.ts';
import { counted } from '../output/bytes.ts';

/** When a key expires, for people. */
export const expiryOf = ({ expires }: Pick<ListedKey, 'expires'>): string =>
  expires === undefined ? 'never' : new Date(expires).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');

/** What a key allows, for people. */
export const limitsOf = ({ requestsPerMinute, tokensPerDay, concurrent }: ListedKey): string =>
  [
    requestsPerMinute && `${requestsPerMinute} a minute`,
    tokensPerDay && `${counted(tokensPerDay, 'token')} a day`,
    concurrent && `${concurrent} at once`,
  ]
    .filter(Boolean)
    .join(', ') || '-';
