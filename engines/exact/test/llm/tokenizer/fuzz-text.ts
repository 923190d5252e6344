/** Texts whose pieces differ from one pre-tokenizer to the next; the same for the same seed. */

const WORDS = [
  'a',
  'I',
  'the',
  'The',
  'THE',
  'iPhone',
  'HTMLParser',
  'naïve',
  'Straße',
  'ÉCOLE',
  'привет',
  'Мир',
  'ЁЖ',
  'γειά',
  'ΣΟΦΙΑ',
  'שלום',
  'مرحبا',
  'नमस्ते',
  'สวัสดี',
  'កាន់តែ',
  'ខ្មែរ',
  '中文',
  '日本語',
  'カタカナ',
  'ひらがな',
  '한국어',
  'ǅ',
  'ʰa',
  'ªº',
  'ﬁ',
  'e\u0301',
  'A\u030a',
  '\u0301',
  '\u0903',
  '\u20dd',
];
const NUMBERS = [
  '0',
  '7',
  '42',
  '123',
  '1234',
  '1234567',
  '3.14',
  '1,000',
  '½',
  '²³',
  'Ⅷ',
  '٣٤',
  '一二',
  '①',
];
const MARKS = [
  '.',
  ',',
  '!',
  '?!',
  '...',
  '---',
  '_',
  '(',
  ')',
  '[]',
  '{}',
  '"',
  '“”',
  '、',
  '。',
  '…',
  '/',
  '//',
  '\\',
  '@',
  '#',
  '&',
  '*',
  '$',
  '+',
  '<=>',
  '^',
  '~',
  '|',
  '`',
  '©',
  '€',
  '→',
  '∑',
  '😀',
  '👩\u200d👩\u200d👧',
  '🇩🇪',
  '❤️',
  '\u200b',
  '\ufeff',
  '\u00ad',
  '\ue000',
  '\0',
  '\x7f',
];
const SPACES = [
  ' ',
  ' ',
  ' ',
  ' ',
  '  ',
  '   ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  ' \n',
  '\n ',
  '\u00a0',
  '\u2003',
  '\u3000',
  '\u0085',
  '\u2028',
  '\v',
  '\u180e',
];
const CONTRACTIONS = [
  "'s",
  "'t",
  "'re",
  "'ve",
  "'m",
  "'ll",
  "'d",
  "'S",
  "'T",
  "'RE",
  "'Ve",
  "'lL",
  "'",
  "''",
  "'x",
  '’s',
];

/** Numbers from 0 to 1 by xorshift. */
export function createRandom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function fuzzText(seed: number, length = 24): string {
  const random = createRandom(seed);
  for (let i = 0; i < 8; i++) random();
  const oneOf = (list: readonly string[]): string => list[Math.floor(random() * list.length)] as string;
  let text = '';
  const count = 1 + Math.floor(random() * length);
  for (let i = 0; i < count; i++) {
    const kind = random();
    text +=
      kind < 0.35
        ? oneOf(WORDS)
        : kind < 0.5
          ? oneOf(NUMBERS)
          : kind < 0.65
            ? oneOf(MARKS)
            : kind < 0.92
              ? oneOf(SPACES)
              : oneOf(CONTRACTIONS);
  }
  return text;
}
