import { type Child, el } from './dom.ts';

/** Pairs of a term and what it is; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, Child])[]): HTMLElement {
  const rows = pairs.flatMap(([term, value]) => (value ? [el('dt', {}, term), el('dd', {}, value)] : []));
  return el('dl', { class: 'facts' }, ...rows);
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `12 bytes`, `14.2 MB`; thousands, as disks and networks count. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
