/** The one version that tokenizers and templates go by, whatever the host knows (specs/tokenizer.md section 2). */
export const UNICODE_VERSION = '17.0';

/** General categories; their numbers in tables.ts are their places here. */
export const categories = [
  'Lu',
  'Ll',
  'Lt',
  'Lm',
  'Lo',
  'Mn',
  'Mc',
  'Me',
  'Nd',
  'Nl',
  'No',
  'Pc',
  'Pd',
  'Ps',
  'Pe',
  'Pi',
  'Pf',
  'Po',
  'Sm',
  'Sc',
  'Sk',
  'So',
  'Zs',
  'Zl',
  'Zp',
  'Cc',
  'Cf',
  'Cs',
  'Co',
  'Cn',
] as const;

export type Category = (typeof categories)[number];
