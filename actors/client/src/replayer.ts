import { isCoded } from '@isobit/core';
import type { ModelSource, Runtime } from '@isobit/exact';
import { requestFault } from '@isobit/exact/errors';
import type { Manifest } from '@isobit/model';
import type { Profile } from '@isobit/receipt';
import type { Replay, Replayer } from '@isobit/verify';
import { checkText } from './check-text.ts';
import { clientError } from './errors.ts';
import { createLoadedModels } from './loaded-models.ts';

export interface ReplayerOptions {
  /** The runtime of a profile, or undefined for one that can't be run here. */
  runtime(profile: Profile, signal?: AbortSignal): Promise<Runtime | undefined>;
  /** The model's bytes, verified, for a runtime that is about to load them. */
  source(manifest: Manifest, signal?: AbortSignal, runtime?: Runtime): Promise<ModelSource>;
  /** Models kept loaded between replays; 4. */
  readonly maxLoaded?: number;
}

/** Runs requests again on this machine: `Replayer` over a runtime and a source of model bytes. */
export function createReplayer({
  runtime,
  source,
  maxLoaded = 4,
}: ReplayerOptions): Required<Replayer> & AsyncDisposable {
  const loaded = createLoadedModels({ max: maxLoaded });
  const borrow = ({ request, manifest, profile }: Replay, signal: AbortSignal | undefined) =>
    loaded.borrow(
      `${profile.name} ${request.model}`,
      async (stop) => {
        const engine = await runtime(profile, stop);
        if (!engine) throw clientError('BYTES_UNAVAILABLE', `no engine for profile ${profile.name} here`);
        return engine.load(await source(manifest, stop, engine), { signal: stop });
      },
      signal,
    );
  return {
    async run(replay, { signal }) {
      using lease = await borrow(replay, signal);
      const { request, trace } = replay;
      return await lease.model.execute(request, { trace, ...(signal ? { signal } : {}) });
    },
    async check(replay, { signal }) {
      using lease = await borrow(replay, signal);
      const { request, response, trace } = replay;
      return await checkText(lease.model, request, response, { trace, ...(signal ? { signal } : {}) });
    },
    impossible: (error) => isCoded(error) && requestFault(error.code),
    [Symbol.asyncDispose]: () => loaded[Symbol.asyncDispose](),
  };
}
