import { fromHex, taggedDigest, toHex, utf8 } from '@isobit/core';

/** Templates of Mistral's refuse ids of another length. */
const CHARACTERS = 9;

/** The id of a call, from the request's salt and the call's place: 9 hex characters (specs/apis.md section 5.3). */
export const callId = (salt: string, choice: number, index: number): string =>
  toHex(taggedDigest('isobit/call/1', fromHex(salt), utf8(`${choice}/${index}`))).slice(0, CHARACTERS);
