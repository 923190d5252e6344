import { type Evidence, usageOf } from '@isobit/receipt';
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
  const { inputBytes, outputBytes } = usageOf(request, response);
  const stated = receipt.details.usage;
  if (stated.inputBytes !== inputBytes || stated.outputBytes !== outputBytes) {
    return refuted(
      'usage',
      'recount',
      'usage',
      `the receipt states ${stated.inputBytes} bytes in and ${stated.outputBytes} out, the documents hold ${inputBytes} and ${outputBytes}`,
    );
  }
  return verified('usage', 'recount', `${inputBytes} bytes in, ${outputBytes} bytes out, as stated`);
}
