import type { ClientDemands } from '@isobit/apis';
import type { Check } from '../check.ts';
import type { Routing } from '../node-api.ts';

/** From the least to the most; the last two show the same in two ways. */
const DEPTH: Readonly<Record<Check, number>> = { none: 0, signature: 1, inclusion: 2, replay: 3, peer: 3 };

/** Whom a question goes to whose head demands this, and how its answer is checked: as deep as head or client wants. */
export function demandedOf(
  {
    worker,
    exclude,
    maxPrice,
    check: demanded = 'none',
  }: Omit<ClientDemands, 'check'> & { readonly check?: Check },
  check: Check,
): { readonly check: Check; readonly routing: Routing } {
  return {
    check: DEPTH[demanded] > DEPTH[check] ? demanded : check,
    routing: {
      ...(worker === undefined ? {} : { worker }),
      ...(exclude === undefined ? {} : { exclude }),
      ...(maxPrice === undefined ? {} : { maxPrice }),
    },
  };
}
