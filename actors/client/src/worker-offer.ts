import { isAddress } from '@isobit/core';
import { clientError } from './errors.ts';

/** A worker as a client sees it when it chooses one. */
export interface WorkerOffer {
  readonly worker: string;
  readonly profiles: readonly string[];
  /** Smallest units a run, decimal; `"0"` is free. */
  readonly price: string;
  /** Round trip from the node that was asked, milliseconds. */
  readonly latencyMs?: number;
}

/** The body of `GET /models/{ref}/workers`; members that are not known are left out. @throws CodedError `NODE_PROTOCOL` */
export function readWorkers(value: unknown): WorkerOffer[] {
  const { workers } = (value ?? {}) as { workers?: unknown };
  if (!Array.isArray(workers) || !workers.every(isOffer))
    throw clientError('NODE_PROTOCOL', 'the node answered with no list of workers: is it an Isobit node?');
  return workers.map(({ worker, profiles, price, latencyMs }) => ({
    worker,
    profiles,
    price,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  }));
}

function isOffer(value: unknown): value is WorkerOffer {
  const { worker, profiles, price, latencyMs } = (value ?? {}) as Record<string, unknown>;
  return (
    isAddress(worker) &&
    Array.isArray(profiles) &&
    profiles.every((name) => typeof name === 'string') &&
    typeof price === 'string' &&
    /^(0|[1-9][0-9]{0,77})$/.test(price) &&
    (latencyMs === undefined || (typeof latencyMs === 'number' && latencyMs >= 0))
  );
}
