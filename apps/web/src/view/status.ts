import type { Status } from '@isobit/verify';
import { el, icon } from './dom.ts';

/** A disc, an octagon, an empty ring: told apart without colour. */
const SHAPES: Record<Status, readonly string[]> = {
  verified: ['M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z', 'M4.8 8.2l2.2 2.3 4.2-4.8'],
  refuted: ['M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z', 'M5.5 5.5l5 5m0-5l-5 5'],
  unchecked: ['M8 1.7a6.3 6.3 0 1 1 0 12.6A6.3 6.3 0 0 1 8 1.7z'],
};

export const statusIcon = (status: Status): SVGSVGElement => icon(status, ...SHAPES[status]);

export const statusLabel = (status: Status): HTMLElement =>
  el('span', { class: `status ${status}` }, statusIcon(status), status);
