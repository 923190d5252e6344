import type { Receipt } from './receipt.ts';

/** Name of the engine in receipts of answers that a server behind the worker gave (specs/upstream.md section 6). */
export const upstreamEngineName = 'upstream';

/**
 * The kind of server that a receipt names as the source of its answer: the worker's word, and that server's.
 *
 * @returns undefined where the worker names an engine of its own
 */
export const upstreamServerOf = ({ details: { engine } }: Pick<Receipt, 'details'>): string | undefined =>
  engine.name === upstreamEngineName ? engine.version : undefined;
