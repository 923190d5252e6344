import type { CheckOptions, LoadedModel } from '@isobit/exact';
import { isTokenTrace, ofKind, type Response, type TextRequest, type TextResponse } from '@isobit/receipt';
import { firstTextDifference, type TextCheck } from '@isobit/verify';

/**
 * Compares a text with what a model gives: in one pass over prompt and answer where the model can, else by answering
 * anew.
 *
 * @throws CodedError as `LoadedModel.check`, `LoadedModel.execute`
 */
export async function checkText(
  model: LoadedModel,
  request: TextRequest,
  claimed: TextResponse,
  options: CheckOptions,
): Promise<TextCheck> {
  const found = model.check
    ? await model.check(request, claimed, options)
    : await model.execute(request, options);
  const trace = found.trace && isTokenTrace(found.trace) ? { trace: found.trace } : {};
  const difference = 'difference' in found ? found.difference : differenceTo(claimed, found.response);
  return difference ? { agrees: false, difference, ...trace } : { agrees: true };
}

const differenceTo = (claimed: TextResponse, computed: Response) =>
  firstTextDifference(claimed, ofKind(computed, 'text'));
