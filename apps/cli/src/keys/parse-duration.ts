import { cliError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/** `90s`, `15m`, `12h`, `30d`: milliseconds. @throws CodedError `USAGE` */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text.trim());
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? ''] as number) : 0;
  if (ms > 0) return ms;
  throw cliError('USAGE', `--${option} takes a time such as 12h or 30d, not "${text}"`);
}
