import type { ClientDemands } from '@isobit/apis';
import type { DispatchOptions } from './dispatcher.ts';

/** What a client's demands mean for who is asked; its profile is the request's. */
export const routingOf = ({
  worker,
  exclude,
  maxPrice,
  check,
}: ClientDemands): Pick<DispatchOptions, 'worker' | 'exclude' | 'maxPrice' | 'least'> => ({
  ...(worker === undefined ? {} : { worker }),
  ...(exclude === undefined ? {} : { exclude }),
  ...(maxPrice === undefined ? {} : { maxPrice }),
  // A second worker is not the first: where one is named, who else there is stays to be seen.
  ...(check === 'peer' && worker === undefined ? { least: 2 } : {}),
});
