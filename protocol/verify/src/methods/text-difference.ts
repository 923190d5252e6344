import { printable } from '@isobit/core';
import type { TextChoice, TextResponse } from '@isobit/receipt';
import type { MemberDifference, TokenDifference } from '../verdict.ts';

/** Where two text responses first differ: in their tokens, choice by choice, else in what else they say. */
export function firstTextDifference(
  claimed: TextResponse,
  computed: TextResponse,
): TokenDifference | MemberDifference | undefined {
  return (
    firstTokenOf(claimed, computed) ??
    member('promptTokens', claimed.promptTokens, computed.promptTokens) ??
    member('outputTokens', claimed.outputTokens, computed.outputTokens) ??
    member('choices', claimed.choices.length, computed.choices.length) ??
    firstMemberOf(claimed, computed)
  );
}

const both = (claimed: TextResponse, computed: TextResponse): (readonly [number, TextChoice, TextChoice])[] =>
  claimed.choices.flatMap((a, choice) => {
    const b = computed.choices[choice];
    return b ? [[choice, a, b] as const] : [];
  });

function firstTokenOf(claimed: TextResponse, computed: TextResponse): TokenDifference | undefined {
  for (const [choice, a, b] of both(claimed, computed)) {
    const length = Math.max(a.tokens.length, b.tokens.length);
    for (let index = 0; index < length; index++) {
      const x = a.tokens[index];
      const y = b.tokens[index];
      if (x !== y)
        return {
          choice,
          index,
          ...(x === undefined ? {} : { claimed: { token: x } }),
          ...(y === undefined ? {} : { computed: { token: y } }),
        };
    }
  }
  return undefined;
}

function firstMemberOf(claimed: TextResponse, computed: TextResponse): MemberDifference | undefined {
  for (const [choice, a, b] of both(claimed, computed)) {
    const found =
      member('text', a.text, b.text, { choice }) ??
      member('finish', a.finish, b.finish, { choice }) ??
      member('stop', a.stop, b.stop, { choice }) ??
      firstProbability(choice, a, b) ??
      firstBytes(choice, a, b);
    if (found) return found;
  }
  return undefined;
}

function firstProbability(choice: number, a: TextChoice, b: TextChoice): MemberDifference | undefined {
  const [x, y] = [a.logProbabilities, b.logProbabilities];
  if (!x || !y) return member('logProbabilities', x?.length, y?.length, { choice });
  for (let index = 0; index < x.length; index++) {
    const found = member('logProbabilities', x[index], y[index], { choice, index });
    if (found) return found;
  }
  return undefined;
}

function firstBytes(choice: number, a: TextChoice, b: TextChoice): MemberDifference | undefined {
  const [x, y] = [a.tokenBytes, b.tokenBytes];
  if (!x || !y)
    return member('tokenBytes', x && Object.keys(x).length, y && Object.keys(y).length, { choice });
  // Tokens and alternatives agree, so these are of the same ids.
  for (const token of Object.keys(x)
    .map(Number)
    .toSorted((p, q) => p - q)) {
    const found = member('tokenBytes', x[token], y[token], { choice, token });
    if (found) return found;
  }
  return undefined;
}

const SHOWN = 200;

function member(
  name: MemberDifference['member'],
  claimed: unknown,
  computed: unknown,
  place: { choice?: number; index?: number; token?: number } = {},
): MemberDifference | undefined {
  const [a, b] = [JSON.stringify(claimed), JSON.stringify(computed)];
  if (a === b) return undefined;
  const from = claimed !== undefined && computed !== undefined ? partAt(a, b) : 0;
  return { member: name, ...place, claimed: shown(a, from), computed: shown(b, from) };
}

/** Where to begin to show two long texts, so that what differs is among what is shown. */
function partAt(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same < SHOWN / 2 ? 0 : same - SHOWN / 4;
}

function shown(text: string | undefined, from: number): string {
  if (text === undefined) return 'nothing';
  return `${from > 0 ? '…' : ''}${printable(text.slice(from), SHOWN)}`;
}
