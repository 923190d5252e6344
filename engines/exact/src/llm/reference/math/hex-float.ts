const FORM = /^(-?)0x1(?:\.([0-9a-f]{1,13}))?p([+-][0-9]{1,3})$/;

/**
 * The number that a hexadecimal float names, such as `0x1.62e43p-1`: the spelling of the constants in
 * profile-llm-exact-1. Exact for normal numbers of binary32 and binary64.
 *
 * @throws RangeError for another spelling
 */
export function hexFloat(text: string): number {
  const match = FORM.exec(text);
  if (!match) throw new RangeError(`not a hexadecimal float: ${text}`);
  const [, sign, digits = '', exponent] = match;
  let value = 1;
  let unit = 1;
  for (const digit of digits) {
    unit /= 16;
    value += Number.parseInt(digit, 16) * unit;
  }
  const power = Number(exponent);
  for (let i = 0; i < power; i++) value *= 2;
  for (let i = 0; i > power; i--) value /= 2;
  return sign ? -value : value;
}

/** A list of hexadecimal floats, highest power first where they are the coefficients of a polynomial. */
export const hexFloats = (...texts: string[]): number[] => texts.map(hexFloat);
