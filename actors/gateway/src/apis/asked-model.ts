import { isLanguageFormat } from '@isobit/model';
import { profileByName, usualProfileOf } from '@isobit/receipt';
import type { CatalogueModel } from '../catalogue.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { resolveModel } from '../model-reference.ts';

/** How answers name a model: what it is called, with the version that ran; its id where nobody named it. */
export const shownName = ({ id, name, version }: CatalogueModel): string =>
  name === undefined ? id : version === undefined ? name : `${name}:${version}`;

/** Language models that somebody runs, one entry a name. */
export async function languageModels({
  catalogue,
  readiness,
}: Pick<GatewayContext, 'catalogue' | 'readiness'>): Promise<CatalogueModel[]> {
  const known = (await catalogue.list()).filter(({ manifest }) => isLanguageFormat(manifest.format));
  const ready = await Promise.all(known.map(({ id }) => readiness.isReady(id)));
  return known.filter((_, at) => ready[at]);
}

/**
 * The language model that a body names, and the profile under which it is asked.
 *
 * @throws CodedError `MODEL_UNKNOWN`, `NAME_CLASH`, `REF_INVALID`, `PROFILE_UNKNOWN`, `JOB_INPUT_INVALID` for a model of
 * tensors
 */
export async function askedModel(
  { catalogue, readiness }: Pick<GatewayContext, 'catalogue' | 'readiness'>,
  name: string,
  profile: string | undefined,
): Promise<{ readonly model: CatalogueModel; readonly profile: string }> {
  const model = await resolveModel(catalogue, name);
  const { format } = model.manifest;
  if (!isLanguageFormat(format))
    throw gatewayError(
      'JOB_INPUT_INVALID',
      `${shownName(model)} takes tensors, not text: ask POST /v2/models/${encodeURIComponent(name)}/infer`,
    );
  // A model that the first law does not cover may run under another one.
  const chosen = profile ?? (await readiness.exactProfile?.(model.id)) ?? usualProfileOf(model.manifest).name;
  return { model, profile: profileByName(chosen).name };
}
