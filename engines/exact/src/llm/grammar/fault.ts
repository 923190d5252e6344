import { exactError } from '../../errors.ts';

/** A grammar that says nothing, or what this reader does not take. */
export const invalid = (what: string, details: Record<string, unknown> = {}) =>
  exactError('GRAMMAR_INVALID', `the grammar ${what}; correct it`, details);

/** @param where JSON pointer into the schema */
export const unsupported = (where: string, what: string) =>
  exactError('GRAMMAR_UNSUPPORTED', `the schema's ${where || 'root'} ${what}; leave it out`, { where });

export const overLimit = (what: string) =>
  exactError('GRAMMAR_LIMIT', `the grammar ${what}; make it smaller`);
