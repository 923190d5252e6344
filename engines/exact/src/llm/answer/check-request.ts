import { exactError } from '../../errors.ts';
import { checkTokens } from '../graph/check-tokens.ts';
import { checkParameters } from '../reference/sampler/parameters.ts';
import type { TokenRequest } from '../token-engine.ts';

const whole = (name: string, value: number | undefined, most: number): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0 && value <= most)) return;
  throw exactError(
    'SAMPLING_INVALID',
    `sampling: ${name} is ${value}, no integer from 0 to ${most}; correct it`,
    {
      name,
    },
  );
};

const COUNTER = 2 ** 32 - 1;
const SALT_BYTES = 32;

/**
 * Refuses what no model can answer before anything is run.
 *
 * @param model the vocabulary and the context that the request meets
 * @throws CodedError `SAMPLING_INVALID`, `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`
 */
export function checkRequest(
  request: TokenRequest,
  { vocabulary, context }: { vocabulary: number; context: number },
): void {
  checkParameters(request.parameters, vocabulary);
  whole('choice', request.choice, COUNTER);
  whole('most', request.most, Number.MAX_SAFE_INTEGER);
  whole('alternatives', request.alternatives, vocabulary);
  const salt = request.trace?.salt;
  if (salt && salt.length !== SALT_BYTES)
    throw exactError(
      'SAMPLING_INVALID',
      `the salt of a trace has ${salt.length} bytes instead of ${SALT_BYTES}`,
    );
  checkTokens(request.prompt, vocabulary, context);
}
