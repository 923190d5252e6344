import { fromHex } from '@isobit/core';
import type { TextChoice } from '@isobit/receipt';
import { logProbability } from './numbers.ts';

/** An answer or a piece of one: its tokens, and what is stated of them. */
export type StatedTokens = Pick<TextChoice, 'tokens' | 'logProbabilities' | 'tokenBytes'>;

interface NamedProbability {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
}

export interface TokenProbability extends NamedProbability {
  readonly top_logprobs: readonly NamedProbability[];
}

/** How a token is named whose bytes are not known. */
const idName = (token: number): string => `token_id:${token}`;

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** A token's text and bytes; its id where nobody states them. */
function named(token: number, value: string, tokenBytes: StatedTokens['tokenBytes']): NamedProbability {
  const hex = tokenBytes?.[token];
  const logprob = logProbability(value);
  if (hex === undefined) return { token: idName(token), logprob, bytes: null };
  const bytes = fromHex(hex);
  return { token: textOf(bytes), logprob, bytes: [...bytes] };
}

/** Log probabilities of a chat (specs/openai.md section 3.3). */
export const tokenProbabilities = ({
  tokens,
  logProbabilities = [],
  tokenBytes,
}: StatedTokens): TokenProbability[] =>
  logProbabilities.map(({ value, alternatives }, at) => ({
    ...named(tokens[at] as number, value, tokenBytes),
    top_logprobs: alternatives.map((each) => named(each.token, each.value, tokenBytes)),
  }));

/** Log probabilities in the older form of `/v1/completions` (specs/openai.md section 5). */
export interface CompletionProbabilities {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly number[];
  readonly top_logprobs: readonly Readonly<Record<string, number>>[];
  readonly text_offset?: readonly number[];
}

/** Those of one answer, part by part, in order; `null` of a part without any. */
export function createCompletionProbabilities(): (part: StatedTokens) => CompletionProbabilities | null {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let offset = 0;
  const offsetOf = ({ bytes }: NamedProbability): number => {
    const before = offset;
    offset += Array.from(decoder.decode(Uint8Array.from(bytes ?? []), { stream: true })).length;
    return before;
  };
  return (part) => {
    const { logProbabilities, tokenBytes } = part;
    if (!logProbabilities) return null;
    const entries = tokenProbabilities(part);
    return {
      tokens: entries.map(({ token }) => token),
      token_logprobs: entries.map(({ logprob }) => logprob),
      top_logprobs: entries.map(({ top_logprobs }, at) =>
        byName(top_logprobs, logProbabilities[at]?.alternatives ?? []),
      ),
      ...(tokenBytes ? { text_offset: entries.map(offsetOf) } : {}),
    };
  };
}

/** Each by its name, and by its id where that is another's. */
function byName(
  entries: readonly NamedProbability[],
  ids: readonly { readonly token: number }[],
): Readonly<Record<string, number>> {
  const names = new Map<string, number>();
  for (const [at, { token, logprob }] of entries.entries())
    names.set(names.has(token) ? idName(ids[at]?.token as number) : token, logprob);
  return Object.fromEntries(names);
}
