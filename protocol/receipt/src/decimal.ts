import * as v from 'valibot';

const INTEGER_DIGITS = 4;
const FRACTION_DIGITS = 16;

const DECIMAL = new RegExp(
  `^-?(?:0|[1-9][0-9]{0,${INTEGER_DIGITS - 1}})(?:\\.[0-9]{1,${FRACTION_DIGITS}})?$`,
);

/**
 * A number as text, since canonical JSON has no floats. Twenty digits at most: so many every reader rounds to the
 * nearest double (ECMA-262 lets readers drop digits behind the twentieth).
 */
export const decimalSchema = v.pipe(
  v.string(),
  v.regex(DECIMAL, 'must be a decimal such as "0.7": at most 4 digits, a point and 16 digits'),
);

/** The float nearest to the double nearest to a decimal. */
export const floatOfDecimal = (decimal: string): number => Math.fround(Number(decimal));

/**
 * The decimal that stands for a number in a document: the shortest that reads back as the same double, or the
 * nearest with 16 digits behind the point where that one is longer.
 *
 * @returns undefined for what no decimal says: 10,000 and more, infinities, NaN
 */
export function decimalOf(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 10 ** INTEGER_DIGITS) return undefined;
  const shortest = String(value);
  if (DECIMAL.test(shortest)) return shortest;
  const rounded = value.toFixed(FRACTION_DIGITS).replace(/\.?0+$/, '');
  return rounded === '-0' ? '0' : rounded;
}
