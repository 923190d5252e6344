import { CodedError } from '@isobit/core';
import type { ExactErrorCode, Runtime } from '@isobit/exact';
import { type Manifest, modelId } from '@isobit/model';

/** The operator's word on which models native code may load. */
export type Allow = (manifest: Manifest) => boolean;

/** The same runtime, which loads only what is allowed and else rejects with `MODEL_NOT_ALLOWED`. */
export function allowedOnly<R extends Runtime>(runtime: R, allow: Allow): R {
  const load: R['load'] = async (source, options) => {
    checkAllowed(allow, source.manifest);
    return await runtime.load(source, options);
  };
  // The rest is inherited, getters that tell of this moment among it.
  return Object.assign(Object.create(runtime) as R, { load });
}

function checkAllowed(allow: Allow, manifest: Manifest): void {
  if (allow(manifest)) return;
  const id = modelId(manifest);
  throw new CodedError<ExactErrorCode>(
    'MODEL_NOT_ALLOWED',
    `the operator of this node has not allowed "${manifest.title}" (${id}) for native engines: ask for the exact profile, or have it allowed`,
    { model: id },
  );
}
