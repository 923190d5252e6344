import { CodedError } from '@isobit/core';
import type { ExactErrorCode } from '@isobit/exact';
import { type Manifest, modelId } from '@isobit/model';

/** The operator's word on which models native code may load. */
export type Allow = (manifest: Manifest) => boolean;

/** @throws CodedError `MODEL_NOT_ALLOWED` */
export function checkAllowed(allow: Allow, manifest: Manifest): void {
  if (allow(manifest)) return;
  const id = modelId(manifest);
  throw new CodedError<ExactErrorCode>(
    'MODEL_NOT_ALLOWED',
    `the operator of this node has not allowed "${manifest.title}" (${id}) for native engines: ask for the exact profile, or have it allowed`,
    { model: id },
  );
}
