import { exactError } from '../../errors.ts';

/** @throws CodedError `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL` */
export function checkTokens(tokens: readonly number[], vocabulary: number, room: number): void {
  if (tokens.length === 0) {
    throw exactError(
      'PROMPT_EMPTY',
      'there is no token to run: give at least one, such as the first of all texts',
    );
  }
  if (tokens.length > room) {
    throw exactError(
      'CONTEXT_FULL',
      `${tokens.length} tokens do not fit where the model's context has room for ${room}: shorten the prompt`,
    );
  }
  const unknown = tokens.find((token) => !isToken(token, vocabulary));
  if (unknown === undefined) return;
  throw exactError(
    'TOKEN_UNKNOWN',
    `token ${unknown} is none of the model's ${vocabulary}: use its tokenizer`,
  );
}

export const isToken = (token: number, vocabulary: number): boolean =>
  Number.isInteger(token) && token >= 0 && token < vocabulary;
