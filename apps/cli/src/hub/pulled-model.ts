import type { ResolvedModel } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { type HubModelOptions, hubModel } from './hub-model.ts';
import { knownModel } from './known-repository.ts';

/**
 * The node's model of a hub: what was pulled before, without asking the hub again, or pulled now.
 *
 * @param options `needOperator` throws where the node may not be changed
 * @throws CodedError as `hubModel`, `needOperator`
 */
export async function pulledModel(
  options: HubModelOptions & { readonly needOperator: () => void },
): Promise<ResolvedModel> {
  const { api, ref, home, terminal, signal, needOperator } = options;
  const known = await knownModel(home, ref);
  if (known) {
    try {
      return await api.resolve(known.id, signal);
    } catch (error) {
      if (!isCoded(error, 'MODEL_UNKNOWN')) throw error;
    }
  }
  needOperator();
  const { id, name, version, source } = await hubModel(options);
  terminal.note(`published ${source} as ${name}:${version}`);
  return api.resolve(id, signal);
}
