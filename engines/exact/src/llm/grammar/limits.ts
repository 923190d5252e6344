/** Limits of grammars (specs/grammar.md). They are parts of the profile: what is over one is refused everywhere. */
export const grammarLimits = {
  /** Bytes of a grammar or schema as text: a tool's schema has a few thousand. */
  textBytes: 262_144,
  /** Levels of groups in a grammar, of schemas in a schema: each is a level of the reader's own stack. */
  depth: 64,
  /** Items of all rules together, repetitions written out: what a reader keeps in memory. */
  items: 262_144,
  /** Times that a bounded repetition may ask for, so that one number cannot ask for a gigabyte. */
  repetitions: 8_192,
  /** Stacks that a text may leave open at once: an ambiguous grammar doubles them with each byte. */
  stacks: 4_096,
  /** Places that lie between one byte and the next, rules that call rules counted. */
  places: 65_536,
  /** Bytes of a token that a grammar considers: vocabularies have tokens of up to some two hundred. */
  tokenBytes: 512,
} as const;
