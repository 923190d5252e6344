import { cliError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `20GB`, `500M`, `0`: bytes, decimal units. @throws CodedError `USAGE` */
export function parseSize(text: string, option: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = match
    ? Math.round(Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] as number))
    : Number.NaN;
  if (Number.isSafeInteger(bytes)) return bytes;
  throw cliError('USAGE', `--${option} takes a size such as 20GB or 500MB, not "${text}"`);
}
