import type { TextApi, TextAsk } from '@isobit/apis';
import { decodeEvidence, ofKind } from '@isobit/receipt';
import type { Asker } from '../askers.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';

/**
 * A question behind what was said before it, where it names an answer that it goes on from: one that this gateway gave
 * lately to the same asker, and was not asked to forget (specs/responses.md section 5).
 *
 * @throws CodedError `RESPONSE_UNKNOWN`, the same for an answer of somebody else's; as `turns.continued`
 */
export function continued<Ask extends TextAsk>(
  { turns }: TextApi<Ask>,
  ask: Ask,
  { recent }: Pick<GatewayContext, 'recent'>,
  asker: Asker | undefined,
): Ask {
  const id = turns?.previous(ask);
  if (!turns || id === undefined) return ask;
  const kept = recent.get(id);
  const { turn, evidence } = kept?.asker === asker?.id && kept?.id === id ? kept : {};
  const { request, response } = turn && evidence ? decodeEvidence(evidence()) : {};
  if (!turn || !request || !response)
    throw gatewayError(
      'RESPONSE_UNKNOWN',
      `no answer "${id.slice(0, 80)}" is here to go on from: answers are kept for a while, and only for who asked; send the items of the conversation instead`,
      { param: 'previous_response_id' },
    );
  return turns.continued(ask, {
    ...turn,
    request: ofKind(request, 'text'),
    response: ofKind(response, 'text'),
  });
}
