import { type Child, el } from './dom.ts';
import { shortId } from './long-id.ts';

/** Addresses, digests and model ids, as they stand inside sentences. */
const LONG = /(0x[0-9a-f]{40}|[0-9a-f]{64}|b[a-z2-7]{60})/;

/** A sentence whose long ids are shortened; their whole text is their title. */
export const prose = (sentence: string): Child[] =>
  sentence.split(LONG).map((part, i) => (i % 2 === 1 ? el('code', { title: part }, shortId(part)) : part));
