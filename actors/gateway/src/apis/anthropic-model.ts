import type { CatalogueModel } from '../catalogue.ts';
import { shownName } from './asked-model.ts';

/** A manifest has no time. */
const NEVER = '1970-01-01T00:00:00Z';

/** A model as Anthropic's clients read it (specs/anthropic.md section 1). */
export const anthropicEntry = (model: CatalogueModel) => ({
  type: 'model',
  id: shownName(model),
  display_name: model.manifest.title,
  created_at: NEVER,
});

/** All models, on one page. */
export function anthropicList(models: readonly CatalogueModel[]) {
  const data = models.map(anthropicEntry);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
