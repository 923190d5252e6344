import { isAddress } from '@isobit/core';
import { apiError } from '../errors.ts';

/** How far a client means to check an answer: what it asks for must then be possible. */
export const demandedChecks = ['signature', 'inclusion', 'replay', 'peer'] as const;
export type DemandedCheck = (typeof demandedChecks)[number];

/** What a client demands of whoever answers it, in headers (specs/apis.md section 8). */
export interface ClientDemands {
  /** Name of the profile. */
  readonly profile?: string;
  /** Address of the one worker that may answer. */
  readonly worker?: string;
  /** Addresses of workers that may not. */
  readonly exclude?: readonly string[];
  /** Highest price for the run, in smallest units. */
  readonly maxPrice?: bigint;
  readonly check?: DemandedCheck;
}

/** Names of the headers, in small letters. */
export const demandHeaders = {
  profile: 'isobit-profile',
  worker: 'isobit-worker',
  exclude: 'isobit-exclude',
  maxPrice: 'isobit-max-price',
  check: 'isobit-check',
} as const;

/** More addresses than anybody lists, far from the longest head of a request. */
const MOST_EXCLUDED = 64;

/** @throws CodedError `API_VALUE` naming the header */
export function readDemands(headers: Pick<Headers, 'get'>): ClientDemands {
  const read = <T>(
    member: keyof typeof demandHeaders,
    rule: string,
    parse: (text: string) => T | undefined,
  ) => {
    const name = demandHeaders[member];
    const text = headers.get(name)?.trim();
    if (text === undefined) return {};
    const value = parse(text);
    if (value === undefined) throw apiError('API_VALUE', `the header ${name} must be ${rule}`, name);
    return { [member]: value } as { readonly [M in typeof member]?: T };
  };
  return {
    ...read('profile', 'the name of a profile', (text) =>
      /^[\x21-\x7e]{1,80}$/.test(text) ? text : undefined,
    ),
    ...read('worker', ADDRESS, (text) => (isAddress(text) ? text : undefined)),
    ...read('exclude', `1 to ${MOST_EXCLUDED} addresses with commas between, each ${ADDRESS}`, addresses),
    ...read('maxPrice', 'a decimal integer of at most 78 digits', priceOf),
    ...read('check', `one of ${demandedChecks.join(', ')}`, (text) =>
      demandedChecks.find((check) => check === text),
    ),
  } as ClientDemands;
}

/** The profile that a body and its head ask for. @throws CodedError `API_VALUE` where they contradict each other */
export function profileAsked(
  choice: Pick<ClientDemands, 'profile'>,
  demands: Pick<ClientDemands, 'profile'>,
): string | undefined {
  if (choice.profile !== undefined && demands.profile !== undefined && choice.profile !== demands.profile)
    throw apiError(
      'API_VALUE',
      `the body asks for profile "${choice.profile}", the header ${demandHeaders.profile} for "${demands.profile}"`,
      demandHeaders.profile,
    );
  return choice.profile ?? demands.profile;
}

/** A price as text, or undefined for what is none. */
export const priceOf = (text: string): bigint | undefined =>
  /^(?:0|[1-9][0-9]{0,77})$/.test(text) ? BigInt(text) : undefined;

/** Whether an answer under a profile that is not exact could be checked so. */
export const wantsExact = (check: DemandedCheck | undefined): boolean =>
  check === 'replay' || check === 'peer';

const ADDRESS = '0x and 40 lowercase hex characters';

function addresses(text: string): string[] | undefined {
  const list = text.split(',', MOST_EXCLUDED + 1).map((address) => address.trim());
  return list.length <= MOST_EXCLUDED && list.every(isAddress) ? list : undefined;
}
