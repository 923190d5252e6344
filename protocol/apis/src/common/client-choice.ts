import { isHex32 } from '@isobit/core';
import type { Members } from './members.ts';

/** What a body's member `isobit` may choose, and the gateway chooses where it does not (specs/apis.md section 3). */
export interface ClientChoice {
  readonly profile?: string;
  /** 64 hex characters. */
  readonly salt?: string;
  /** 64 hex characters; of the job, no part of the request. */
  readonly nonce?: string;
  /** Milliseconds since 1970, for the chat template. */
  readonly now?: number;
}

/** @throws CodedError `API_MALFORMED`, `API_VALUE`, `API_UNSUPPORTED` */
export function readClientChoice(body: Members): ClientChoice {
  const members = body.object('isobit');
  if (!members) return {};
  const profile = members.text('profile');
  if (profile !== undefined && !/^[\x21-\x7e]{1,80}$/.test(profile))
    throw members.outside('profile', 'the name of a profile');
  const salt = hex32(members, 'salt');
  const nonce = hex32(members, 'nonce');
  const now = members.integer('now', 0, Number.MAX_SAFE_INTEGER);
  members.done();
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(salt === undefined ? {} : { salt }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(now === undefined ? {} : { now }),
  };
}

function hex32(members: Members, name: string): string | undefined {
  const value = members.text(name);
  if (value === undefined || isHex32(value)) return value;
  throw members.outside(name, '64 lowercase hex characters');
}
