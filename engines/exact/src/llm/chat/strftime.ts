import { faulty } from './values.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;
const DAY_MS = 86_400_000;
const dayOfYear = (date: Date): number =>
  1 + Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);

const directives: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => pad(date.getUTCFullYear(), 4),
  y: (date) => pad(date.getUTCFullYear() % 100, 2),
  m: (date) => pad(date.getUTCMonth() + 1, 2),
  B: (date) => MONTHS[date.getUTCMonth()] as string,
  b: (date) => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
  d: (date) => pad(date.getUTCDate(), 2),
  j: (date) => pad(dayOfYear(date), 3),
  A: (date) => DAYS[date.getUTCDay()] as string,
  a: (date) => (DAYS[date.getUTCDay()] as string).slice(0, 3),
  H: (date) => pad(date.getUTCHours(), 2),
  I: (date) => pad(hour12(date), 2),
  M: (date) => pad(date.getUTCMinutes(), 2),
  S: (date) => pad(date.getUTCSeconds(), 2),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  '%': () => '%',
};

/** Directives whose leading zeros `-` takes away. */
const NUMBERS = 'ymdjHIMS';

/**
 * Python's strftime in UTC and the C locale.
 *
 * @throws CodedError `TEMPLATE_INVALID` for a directive that chat-template.md does not list
 */
export function strftime(now: number, format: string): string {
  const date = new Date(now);
  return format.replace(/%(-?)(.?)/gsu, (whole, bare: string, name: string) => {
    const directive = Object.hasOwn(directives, name) ? directives[name] : undefined;
    if (!directive || (bare !== '' && !NUMBERS.includes(name)))
      throw faulty(`strftime_now knows no ${JSON.stringify(whole)}`);
    const text = directive(date);
    return bare === '' ? text : String(Number(text));
  });
}
