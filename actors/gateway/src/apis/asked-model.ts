import { apiError, type ClientDemands, demandHeaders, profileAsked, wantsExact } from '@isobit/apis';
import { isLanguageFormat } from '@isobit/model';
import { type Profile, profileByName, usualProfileOf } from '@isobit/receipt';
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
 * @param choice of the body
 * @param demands of the head
 * @throws CodedError `MODEL_UNKNOWN`, `NAME_CLASH`, `REF_INVALID`, `PROFILE_UNKNOWN`, `JOB_INPUT_INVALID` for a model of
 * tensors; as `profileAsked` and `checkable`
 */
export async function askedModel(
  { catalogue, readiness }: Pick<GatewayContext, 'catalogue' | 'readiness'>,
  name: string,
  choice: Pick<ClientDemands, 'profile'>,
  demands: Pick<ClientDemands, 'profile' | 'check'>,
): Promise<{ readonly model: CatalogueModel; readonly profile: string }> {
  const model = await resolveModel(catalogue, name);
  const { format } = model.manifest;
  if (!isLanguageFormat(format))
    throw gatewayError(
      'JOB_INPUT_INVALID',
      `${shownName(model)} takes tensors, not text: ask POST /v2/models/${encodeURIComponent(name)}/infer`,
    );
  // A model that the first law does not cover may run under another one.
  const chosen =
    profileAsked(choice, demands) ??
    (await readiness.exactProfile?.(model.id)) ??
    usualProfileOf(model.manifest).name;
  const profile = profileByName(chosen);
  checkable(profile, demands);
  return { model, profile: profile.name };
}

/** @throws CodedError `API_VALUE` where an answer under the profile cannot be checked as the client means to */
export function checkable({ name, exact }: Profile, { check }: Pick<ClientDemands, 'check'>): void {
  if (exact || !wantsExact(check)) return;
  throw apiError(
    'API_VALUE',
    `the header ${demandHeaders.check} asks for "${check}", which an answer under "${name}" allows nobody: only exact profiles can be run again`,
    demandHeaders.check,
  );
}
