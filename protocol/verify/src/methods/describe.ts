import { printable } from '@isobit/core';
import type { Difference, NamedToken, TokenDifference } from '../verdict.ts';
import { isTokenDifference } from './cause.ts';

/**
 * Where two answers part, for people: `scores[3]`, `token 17 of the answer`, `the text of answer 2`. Tokens and answers
 * are counted from 1 here.
 */
export function placeOf(difference: Difference): string {
  if ('tensor' in difference) {
    const { tensor, index } = difference;
    return index === undefined ? tensor : `${tensor}[${index}]`;
  }
  if (isTokenDifference(difference)) return `token ${difference.index + 1} of ${answer(difference.choice)}`;
  const { member, choice, index, token } = difference;
  switch (member) {
    case 'promptTokens':
      return 'the number of prompt tokens';
    case 'outputTokens':
      return 'the stated number of tokens';
    case 'choices':
      return 'the number of answers';
    case 'logProbabilities': {
      return index === undefined
        ? `the number of log probabilities of ${answer(choice)}`
        : `the log probability of token ${index + 1} of ${answer(choice)}`;
    }
    case 'tokenBytes':
      return token === undefined
        ? `the number of tokens with bytes in ${answer(choice)}`
        : `the bytes of token id ${token} in ${answer(choice)}`;
    default:
      return `the ${member === 'stop' ? 'stop string' : member} of ${answer(choice)}`;
  }
}

const answer = (choice = 0): string => (choice === 0 ? 'the answer' : `answer ${choice + 1}`);

/** What stands at the place in each of the two answers, for people. */
export function sidesOf(difference: Difference): { readonly claimed: string; readonly computed: string } {
  const { claimed, computed } = difference;
  return { claimed: sideText(claimed), computed: sideText(computed) };
}

function sideText(side: string | NamedToken | undefined): string {
  if (typeof side === 'string') return side;
  if (!side) return 'nothing: the answer ends before it';
  const { token, text } = side;
  return text === undefined ? `id ${token}` : `${printable(JSON.stringify(text), 60)} (id ${token})`;
}

/** `scores[3] is 0.1 here, 0.2 in the evidence`. @param there where the second value was computed */
export function describeDifference(difference: Difference | undefined, there: string): string {
  if (!difference) return 'the answer differs';
  const { claimed, computed } = sidesOf(difference);
  const more = isTokenDifference(difference) ? tokenNotes(difference) : '';
  return `${placeOf(difference)} is ${computed} ${there}, ${claimed} in the evidence${more}`;
}

function tokenNotes({ margin, cause }: TokenDifference): string {
  const by = margin === undefined ? '' : ` (margin ${Number(margin.toPrecision(3))})`;
  if (cause === 'model')
    return `${by}; the logits differ, so the model is another or was not computed as the profile says`;
  return cause === 'sampling' ? `${by}; the logits are the same, so the token was not drawn from them` : by;
}
