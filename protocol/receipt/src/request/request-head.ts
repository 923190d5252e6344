import { field } from '@isobit/core';
import * as v from 'valibot';

/** What every kind of request says. */
export const requestHead = <const K extends string>(kind: K) => ({
  isobit: v.literal('request/1'),
  kind: v.literal(kind),
  model: field.cid,
  /** Name of the profile asked for. */
  profile: field.name,
  /** 32 random bytes chosen by the client: without it nobody can guess the content behind a public digest. */
  salt: field.hex32,
});
