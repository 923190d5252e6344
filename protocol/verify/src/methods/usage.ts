import { type Evidence, type Usage, upstreamServerOf, usageOf } from '@isobit/receipt';
import { refuted, unchecked, verified } from '../claim.ts';
import type { Claim } from '../verdict.ts';

/** The usage that the receipt states is that of the documents it names. */
export function checkUsage({ receipt, request, response }: Evidence): Claim {
  if (!request || (!response && receipt.outcome === 'complete'))
    return unchecked(
      'usage',
      'not-disclosed',
      'request or response is not disclosed, so usage cannot be recounted',
    );
  const stated = usageText(receipt.details.usage);
  const counted = usageText(usageOf(request, response));
  if (stated !== counted)
    return refuted(
      'usage',
      'recount',
      'usage',
      `the receipt states ${stated}; the documents hold ${counted}`,
    );
  if (upstreamServerOf(receipt) !== undefined)
    return unchecked(
      'usage',
      'profile-fast',
      `${counted}, as stated by the server behind the worker: nobody can count them again`,
    );
  return verified('usage', 'recount', `${counted}, as stated`);
}

/** Tells any two usages apart. */
const usageText = (usage: Usage): string =>
  'inputTokens' in usage
    ? `${usage.inputTokens} tokens in, ${usage.outputTokens} tokens out`
    : `${usage.inputBytes} bytes in, ${usage.outputBytes} bytes out`;
