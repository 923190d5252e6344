import { all, any, type Expression, oneOf, repeat, text } from '../expression.ts';

const digit = (from: number, to: number): Expression => oneOf([0x30 + from, 0x30 + to]);

/**
 * The decimal forms of the integers from one to another, without leading zeros; zero has no sign.
 *
 * @param least at most `most`; both within 15 digits
 */
export function integersBetween(least: number, most: number): Expression {
  const choices: Expression[] = [];
  if (least < 0) choices.push(all(text('-'), naturals(Math.max(1, -most), -least)));
  if (most >= 0) choices.push(naturals(Math.max(0, least), most));
  return any(...choices);
}

/** From 0 on: numbers of equal length are compared digit by digit. */
function naturals(least: number, most: number): Expression {
  const choices: Expression[] = [];
  for (let from = least; from <= most; ) {
    const last = Math.min(most, 10 ** String(from).length - 1);
    choices.push(sameLength(String(from), String(last)));
    from = last + 1;
  }
  return any(...choices);
}

function sameLength(least: string, most: string): Expression {
  if (/^0*$/.test(least) && /^9*$/.test(most)) return repeat(digit(0, 9), least.length, least.length);
  const low = Number(least[0]);
  const high = Number(most[0]);
  const [lowRest, highRest] = [least.slice(1), most.slice(1)];
  if (low === high) return all(digit(low, low), sameLength(lowRest, highRest));
  const choices = [
    all(digit(low, low), sameLength(lowRest, '9'.repeat(lowRest.length))),
    all(digit(high, high), sameLength('0'.repeat(highRest.length), highRest)),
  ];
  if (high - low > 1)
    choices.push(all(digit(low + 1, high - 1), repeat(digit(0, 9), lowRest.length, lowRest.length)));
  return any(...choices);
}
