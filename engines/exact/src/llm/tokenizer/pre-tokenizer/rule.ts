import type { CharacterSet } from '../../unicode/characters.ts';

/** One item of a rule: as many characters of a set as there are, from `least` to `most`. */
export interface Run {
  readonly set: CharacterSet;
  readonly least: number;
  readonly most: number;
}

/** One of the alternatives of a pass: it matches as a regular expression of these items does, greedy, with backtracking. */
export interface Rule {
  /** One of these words comes first; `anyCase`: in ASCII letters of any case. */
  readonly words?: readonly string[];
  readonly anyCase?: boolean;
  readonly runs: readonly Run[];
  /** Texts that may follow, the first that does is taken. */
  readonly tail?: readonly string[];
  /** No character of it may follow: `(?!\S)`. */
  readonly notBefore?: CharacterSet;
}

/** One sweep over each piece. Matches are pieces, and so is what lies between them. */
export type Pass =
  /** At each place the first rule that matches. */
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  /** The characters of a set at the end of a piece: `[…]+$`. */
  | { readonly kind: 'ending'; readonly set: CharacterSet }
  /** Cuts before each of these characters, of the basic plane. */
  | { readonly kind: 'before'; readonly set: CharacterSet };

export const run = (set: CharacterSet, least = 1, most = Number.POSITIVE_INFINITY): Run => ({
  set,
  least,
  most,
});

export const maybe = (set: CharacterSet): Run => run(set, 0, 1);

export const rule = (...runs: Run[]): Rule => ({ runs });
