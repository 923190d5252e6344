import { sha256, toHex } from '@isobit/core';
import { hasWeights, manifestKind, modelSize } from '@isobit/model';
import type { CatalogueModel } from '../catalogue.ts';
import { shownName } from './asked-model.ts';

/** A manifest has no time. */
const NEVER = '1970-01-01T00:00:00Z';

/** A text of the card; the empty one where it says nothing. */
function cardText({ manifest: { card } }: CatalogueModel, name: string): string {
  const value = (card as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What Ollama's clients show of a model (specs/ollama.md section 6). */
function detailsOf(model: CatalogueModel) {
  const family = cardText(model, 'architecture');
  return {
    parent_model: '',
    format: model.manifest.format,
    family,
    families: family === '' ? [] : [family],
    parameter_size: cardText(model, 'parameters'),
    quantization_level: cardText(model, 'quantisation'),
  };
}

/** A model in a list. */
export const listedModel = (model: CatalogueModel) => ({
  name: shownName(model),
  model: shownName(model),
  modified_at: NEVER,
  size: modelSize(model.manifest),
  digest: toHex(sha256(manifestKind.encode(model.manifest))),
  details: detailsOf(model),
});

/** One model, asked for by name. */
export function shownModel(model: CatalogueModel) {
  const { licence, task, chatTemplate, format } = model.manifest;
  const talks = chatTemplate !== undefined || !hasWeights(format);
  const context = Number(cardText(model, 'context'));
  const family = cardText(model, 'architecture');
  return {
    license: licence,
    modified_at: NEVER,
    details: detailsOf(model),
    model_info: {
      ...(family === '' ? {} : { 'general.architecture': family }),
      ...(family !== '' && context > 0 ? { [`${family}.context_length`]: context } : {}),
      'isobit.id': model.id,
    },
    capabilities: task === 'text-embedding' ? ['embedding'] : ['completion', ...(talks ? ['tools'] : [])],
  };
}
