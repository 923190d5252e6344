import type { CodedError } from '@isobit/core';
import { gatewayError } from '@isobit/gateway';
import { type Demands, type Misfit, misfits } from '@isobit/network';

/** What is wrong with so many workers, in words. */
const REASONS: Readonly<Record<Misfit, (demands: Demands) => string>> = {
  profile: ({ profile }) => `not under profile ${profile}`,
  worker: ({ worker }) => `not worker ${worker}`,
  exclude: () => 'excluded by the client',
  capacity: () => 'run nothing now',
  price: ({ maxPrice }) => `dearer than ${maxPrice}`,
};

/**
 * The error for a job that nobody may be asked to run: which demand kept how many workers out; `details.excluded` has
 * the numbers.
 *
 * @param fit workers that would do, where there must be more of them
 */
export function noWorkerFits(demands: Demands, failing: ReadonlyMap<Misfit, number>, fit = 0): CodedError {
  const counted = misfits.flatMap((misfit) => {
    const count = failing.get(misfit) ?? 0;
    return count > 0 ? [[misfit, count] as const] : [];
  });
  const of = fit + counted.reduce((sum, [, count]) => sum + count, 0);
  const reasons = counted.map(([misfit, count]) => `${count} ${REASONS[misfit](demands)}`);
  if (fit > 0) reasons.push(`${fit} would do, and a check by a second worker takes two`);
  const { model } = demands;
  const message =
    of === 0
      ? `no worker offers model ${model}`
      : `no worker does what is asked, of ${of} that ${of === 1 ? 'offers' : 'offer'} model ${model}: ${reasons.join(', ')}`;
  return gatewayError('NO_WORKER', message, { excluded: Object.fromEntries(counted) });
}
