import { concatBytes, sha256, toHex, utf8 } from '@isobit/core';
import { isChat, isTokens, type Request } from '@isobit/receipt';

/** Characters, or tokens, of a prompt that is no chat, after each of which it may be gone on with otherwise. */
const PIECE = 2_048;
/** Characters for which a token counts. */
const TOKEN_CHARACTERS = 4;

/**
 * Digests of what a request begins with, the shortest beginning first: for each message of a chat all up to it, with
 * the model, the profile and the tools, since all of these stand in the prompt. A conversation's next question has the keys
 * of the one before. Empty where nothing is to be gone on from.
 */
export function prefixKeys(request: Request): string[] {
  if (request.kind !== 'text') return [];
  const { model, profile, prompt } = request;
  const tools = isChat(prompt) ? (prompt.tools ?? []) : [];
  let state = sha256(utf8(JSON.stringify([model, profile, tools])));
  return piecesOf(prompt).map((piece) => {
    state = sha256(concatBytes(state, utf8(piece)));
    return toHex(state);
  });
}

/**
 * Characters of a request, about, that are to be read before a word can be said. Tensors are no reading: 0.
 *
 * @param held of the request's keys those, from the first on, whose prompt was read before
 */
export function unreadCharacters(request: Request, held: number): number {
  if (request.kind === 'embedding') return lengthOf(request.texts);
  if (request.kind !== 'text') return 0;
  const { prompt } = request;
  if (isTokens(prompt)) return (prompt.tokens.length - held * PIECE) * TOKEN_CHARACTERS;
  if (!isChat(prompt)) return prompt.text.length - held * PIECE;
  const tools = held === 0 && prompt.tools ? [JSON.stringify(prompt.tools)] : [];
  return lengthOf([...tools, ...piecesOf(prompt).slice(held)]);
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

function piecesOf(prompt: Extract<Request, { kind: 'text' }>['prompt']): string[] {
  if (isChat(prompt)) return prompt.messages.map((message) => JSON.stringify(message));
  if (isTokens(prompt)) {
    const { tokens } = prompt;
    return whole(tokens.length, (from) => JSON.stringify(tokens.slice(from, from + PIECE)));
  }
  return whole(prompt.text.length, (from) => JSON.stringify(prompt.text.slice(from, from + PIECE)));
}

const whole = (length: number, pieceFrom: (from: number) => string): string[] =>
  Array.from({ length: Math.floor(length / PIECE) }, (_, at) => pieceFrom(at * PIECE));
