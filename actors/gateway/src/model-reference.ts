import { isCoded } from '@isobit/core';
import { parseRef } from '@isobit/model';
import type { Catalogue, CatalogueModel } from './catalogue.ts';
import { gatewayError, modelUnknown } from './errors.ts';
import { nearestNames } from './nearest.ts';

/**
 * The model that a URL names by `{name}` and perhaps `{version}`, or a person by a reference.
 *
 * @throws CodedError `MODEL_UNKNOWN` with the nearest names, `NAME_CLASH`, `REF_INVALID`, `PARAMETER_INVALID` for two
 * versions in one URL
 */
export async function resolveModel(
  catalogue: Catalogue,
  name: string,
  version?: string,
): Promise<CatalogueModel> {
  const ref = parseRef(name);
  try {
    if (version === undefined) return await catalogue.resolve(name);
    if (ref.kind === 'name') return await catalogue.resolve(withVersion(name, ref.version, version));
    const model = await catalogue.resolve(name);
    // An id is one version for ever; it may be spelled out, and no other one.
    if (model.version === version) return model;
    throw modelUnknown(`${name} in version ${version}`);
  } catch (error) {
    if (!isCoded(error, 'MODEL_UNKNOWN')) throw error;
    const known = (await catalogue.list()).flatMap((model) => model.name ?? []);
    const nearest = nearestNames(name, known);
    const advice =
      nearest.length > 0
        ? `did you mean ${nearest.join(', ')}?`
        : 'isobit list, or GET /v2/models, shows those that are';
    throw gatewayError('MODEL_UNKNOWN', `${error.message}; ${advice}`, { nearest });
  }
}

function withVersion(name: string, stated: string | undefined, version: string): string {
  if (stated === undefined) return `${name}:${version}`;
  if (stated === version) return name;
  throw gatewayError(
    'PARAMETER_INVALID',
    `the URL names versions ${stated} and ${version.slice(0, 80)}: name one`,
  );
}
