import { fromHex, limits, recordOf } from '@isobit/core';

const form = new RegExp(`^(?:[0-9a-f]{2}){0,${limits.textTokenBytes}}$`);

/** What tokens say, by id: bytes in hex, empty for those that say nothing (specs/response.md section 3.1). */
export const tokenBytesSchema = recordOf(
  (value): value is string => typeof value === 'string' && form.test(value),
  `must hold bytes of tokens, each at most ${limits.textTokenBytes}, in lowercase hex`,
);

type TokenBytes = Readonly<Record<string, string>>;

/** An answer or a piece of one, as far as it names tokens. */
interface NamingTokens {
  readonly tokens: readonly number[];
  readonly logProbabilities?:
    | readonly { readonly alternatives: readonly { readonly token: number }[] }[]
    | undefined;
  readonly tokenBytes?: TokenBytes | undefined;
}

/** Ids of the tokens that are named: those drawn, and their alternatives. */
export function namedTokens({ tokens, logProbabilities = [] }: NamingTokens): Set<number> {
  const named = new Set(tokens);
  for (const { alternatives } of logProbabilities) for (const { token } of alternatives) named.add(token);
  return named;
}

/** Whether bytes, where they are stated, are stated of just the tokens that are named. */
export function statesItsTokens(naming: NamingTokens): boolean {
  const { tokenBytes } = naming;
  if (tokenBytes === undefined) return true;
  const named = namedTokens(naming);
  if (Object.keys(tokenBytes).length !== named.size) return false;
  for (const token of named) if (!Object.hasOwn(tokenBytes, token)) return false;
  return true;
}

/**
 * Whether the bytes of the drawn tokens, where they are stated, say the text and the stop string behind it. Ends where
 * they part, so that long tokens, drawn often, cost a reader no more than the text is long.
 */
export function saysItsText({
  tokens,
  tokenBytes,
  text,
  stop,
}: NamingTokens & { readonly text: string; readonly stop?: string | undefined }): boolean {
  if (tokenBytes === undefined) return true;
  const said = text + (stop ?? '');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let at = 0;
  const last = tokens.length - 1;
  for (const [index, token] of tokens.entries()) {
    const part = decoder.decode(fromHex(tokenBytes[token] ?? ''), { stream: true });
    // The token that completes a stop string may say more.
    if (stop !== undefined && index === last) return at < said.length && part.startsWith(said.slice(at));
    if (!said.startsWith(part, at)) return false;
    at += part.length;
  }
  return stop === undefined && said.slice(at) === decoder.decode();
}
