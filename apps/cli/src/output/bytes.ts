const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `26.5 kB`: decimal units, three digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** `1 file`, `3 files`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `1.2 s`, `340 ms`. */
export const formatMs = (ms: number): string =>
  ms >= 999.5 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;

/** The middle of a long id left out. */
export const shorten = (id: string, keep = 10): string =>
  id.length <= keep * 2 + 1 ? id : `${id.slice(0, keep)}…${id.slice(-keep)}`;
