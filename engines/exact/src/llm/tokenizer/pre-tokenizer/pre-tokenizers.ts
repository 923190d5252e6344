import { CharacterSet, type CharacterSetOptions, WHITE_SPACE } from '../../unicode/characters.ts';
import { CASED_OF_DEEPSEEK } from './deepseek-letters.ts';
import { maybe, type Pass, type Rule, rule, run } from './rule.ts';

/** Pre-tokenizers by their names in specs/tokenizer.md section 5. */

const set = (options: CharacterSetOptions): CharacterSet => new CharacterSet(options);

const characters = (text: string, negated = false): CharacterSet =>
  set({
    ranges: Array.from(text, (each) => {
      const code = each.codePointAt(0) as number;
      return [code, code] as const;
    }),
    negated,
  });

const CR_LF: readonly (readonly [number, number])[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
];

/** Built when the first pre-tokenizer is asked for: a set takes some milliseconds. */
function buildSets() {
  return {
    space: characters(' '),
    lineEnd: set({ ranges: CR_LF }),
    lineEndOrSlash: characters('\r\n/'),
    white: set({ ranges: WHITE_SPACE }),
    notWhite: set({ ranges: WHITE_SPACE, negated: true }),
    letter: set({ categories: ['L'] }),
    letterOrMark: set({ categories: ['L', 'M'] }),
    /** Letters and marks that may stand in front of, or behind, the change from upper to lower case. */
    upper: set({ categories: ['Lu', 'Lt', 'Lm', 'Lo', 'M'] }),
    lower: set({ categories: ['Ll', 'Lm', 'Lo', 'M'] }),
    number: set({ categories: ['N'] }),
    punctuation: set({ categories: ['P'] }),
    punctuationOrSymbol: set({ categories: ['P', 'S'] }),
    asciiLetter: set({
      ranges: [
        [0x41, 0x5a],
        [0x61, 0x7a],
      ],
    }),
    asciiDigit: set({ ranges: [[0x30, 0x39]] }),
    asciiPunctuation: set({
      ranges: [
        [0x21, 0x2f],
        [0x3a, 0x40],
        [0x5b, 0x60],
        [0x7b, 0x7e],
      ],
    }),
    other: set({ categories: ['L', 'N'], ranges: WHITE_SPACE, negated: true }),
    otherButLineEnds: set({ categories: ['L', 'N'], ranges: CR_LF, negated: true }),
    otherButMarks: set({ categories: ['L', 'P', 'S'], ranges: CR_LF, negated: true }),
    punctuationOfDefault: set({ categories: ['P'], ranges: asRanges('$+<=>^~|') }),
    punctuationOfFalcon: set({ categories: ['P'], ranges: asRanges('$+<=>^~|`') }),
    casedOfDeepseek: set({ ranges: CASED_OF_DEEPSEEK }),
    punctuationOfDeepseek: set({
      ranges: [
        [0x21, 0x2f],
        [0x3a, 0x7e],
        [0xff01, 0xff0f],
        [0xff1a, 0xff5e],
        [0x2018, 0x201f],
        [0x3000, 0x3002],
      ],
    }),
    ideographs: set({
      ranges: [
        [0x4e00, 0x9fa5],
        [0x0800, 0x4e00],
        [0xac00, 0xd7ff],
      ],
    }),
    ideographsAndKana: set({
      ranges: [
        [0x4e00, 0x9fa5],
        [0x3040, 0x309f],
        [0x30a0, 0x30ff],
      ],
    }),
    mark: characters('\u2581'),
  };
}

function asRanges(text: string): readonly (readonly [number, number])[] {
  return Array.from(text, (each) => [each.charCodeAt(0), each.charCodeAt(0)] as const);
}

type Sets = ReturnType<typeof buildSets>;

const CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

const rules = (...all: Rule[]): Pass => ({ kind: 'rules', rules: all });

const gpt2 = (s: Sets): Pass =>
  rules(
    { words: CONTRACTIONS, runs: [] },
    rule(maybe(s.space), run(s.letter)),
    rule(maybe(s.space), run(s.number)),
    rule(maybe(s.space), run(s.other)),
    { runs: [run(s.white)], notBefore: s.notWhite },
    rule(run(s.white)),
  );

/** White space as llama-3 and its relatives cut it. */
const spacesByLines = (s: Sets): Rule[] => [
  rule(run(s.white, 0), run(s.lineEnd)),
  { runs: [run(s.white)], notBefore: s.notWhite },
  rule(run(s.white)),
];

const byWords = (s: Sets, digits: number): Pass =>
  rules(
    { words: CONTRACTIONS, anyCase: true, runs: [] },
    rule(maybe(s.otherButLineEnds), run(s.letter)),
    rule(run(s.number, 1, digits)),
    rule(maybe(s.space), run(s.other), run(s.lineEnd, 0)),
    ...spacesByLines(s),
  );

/** Words that change from upper to lower case once. */
const byCase = (s: Sets, digits: number, tail?: readonly string[]): Pass => {
  const ending = tail ? { tail } : {};
  return rules(
    { runs: [maybe(s.otherButLineEnds), run(s.upper, 0), run(s.lower)], ...ending },
    { runs: [maybe(s.otherButLineEnds), run(s.upper), run(s.lower, 0)], ...ending },
    rule(run(s.number, 1, digits)),
    rule(maybe(s.space), run(s.other), run(s.lineEndOrSlash, 0)),
    ...spacesByLines(s),
  );
};

const builders = {
  none: () => [],
  'mark-spaces': (s) => [{ kind: 'before', set: s.mark }],
  'gpt-2': (s) => [gpt2(s)],
  digits: (s) => [rules(rule(run(s.number, 1, 1))), gpt2(s)],
  'llama-3': (s) => [byWords(s, 3)],
  'qwen-2': (s) => [byWords(s, 1)],
  tekken: (s) => [byCase(s, 1)],
  'gpt-4o': (s) => [byCase(s, 3, CONTRACTIONS)],
  'deepseek-llm': (s) => [
    rules(rule(run(s.lineEnd, 1, 1))),
    rules(rule(maybe(s.white), run(s.casedOfDeepseek))),
    rules(rule(maybe(s.white), run(s.punctuationOfDeepseek))),
    { kind: 'ending', set: s.white },
    rules(rule(run(s.ideographs))),
    rules(rule(run(s.number))),
  ],
  'deepseek-coder': (s) => [
    rules(rule(run(s.lineEnd, 1, 1))),
    rules(rule(maybe(s.white), run(s.letter))),
    rules(rule(maybe(s.white), run(s.punctuation))),
    rules(rule(run(s.ideographs))),
    rules(rule(run(s.number, 1, 1))),
  ],
  'deepseek-v3': (s) => [
    rules(rule(run(s.number, 1, 3))),
    rules(rule(run(s.ideographsAndKana))),
    rules(
      rule(run(s.asciiPunctuation, 1, 1), run(s.asciiLetter)),
      rule(maybe(s.otherButMarks), run(s.letterOrMark)),
      rule(maybe(s.space), run(s.punctuationOrSymbol), run(s.lineEnd, 0)),
      ...spacesByLines(s),
    ),
  ],
  falcon: (s) => [rules(rule(run(s.punctuationOfFalcon))), gpt2(s), rules(rule(run(s.asciiDigit, 3, 3)))],
  default: (s) => [
    rules(rule(run(s.punctuationOfDefault))),
    gpt2(s),
    rules(rule(run(s.number))),
    rules(rule(run(s.asciiDigit, 3, 3))),
  ],
} satisfies Record<string, (sets: Sets) => Pass[]>;

export type PreTokenizerName = keyof typeof builders;

let sets: Sets | undefined;
const built = new Map<string, readonly Pass[]>();

export const isPreTokenizer = (name: string): name is PreTokenizerName => Object.hasOwn(builders, name);

/** The passes of a pre-tokenizer. */
export function preTokenizer(name: PreTokenizerName): readonly Pass[] {
  let passes = built.get(name);
  if (!passes) {
    sets ??= buildSets();
    passes = builders[name](sets);
    built.set(name, passes);
  }
  return passes;
}
