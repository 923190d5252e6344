import { CharacterSet, toLower, toUpper, WHITE_SPACE } from '../unicode/characters.ts';
import type { Budget } from './budget.ts';
import type { Value } from './engine.ts';
import { type Arguments, argument, faulty, integerOf, textOf, toValue } from './values.ts';

/** Methods and filters of texts, by tables that no host changes. The first argument is the text. */
export type TextFunction = (text: string, rest: Arguments, budget: Budget) => Value;

let letters: CharacterSet | undefined;
let spaces: CharacterSet | undefined;

const capitalize = (text: string): string => {
  const [first = ''] = text;
  return toUpper(first) + toLower(text.slice(first.length));
};

/** Each letter that follows none is upper case, the others lower. */
function title(text: string): string {
  letters ??= new CharacterSet({ categories: ['Lu', 'Ll', 'Lt'] });
  let out = '';
  let within = false;
  for (const each of text) {
    out += within ? toLower(each) : toUpper(each);
    within = letters.has(each.codePointAt(0) as number);
  }
  return out;
}

/** White space, and the separators that Python counts as such. */
function isSpace(character: string): boolean {
  spaces ??= new CharacterSet({ ranges: [...WHITE_SPACE, [0x1c, 0x1f]] });
  return spaces.has(character.codePointAt(0) as number);
}

function strip(text: string, { placed }: Arguments, left: boolean, right: boolean): string {
  const given = placed[0];
  const chars =
    given === undefined || given.type === 'NullValue' ? undefined : new Set(textOf(given, 'what to strip'));
  const goes = chars ? (each: string) => chars.has(each) : isSpace;
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  while (left && start < end && goes(characters[start] as string)) start++;
  while (right && end > start && goes(characters[end - 1] as string)) end--;
  return characters.slice(start, end).join('');
}

function replace(text: string, rest: Arguments, budget: Budget): string {
  const from = textOf(rest.placed[0], 'what to replace');
  const to = textOf(rest.placed[1], 'what to replace it with');
  const most = integerOf(argument(rest, 2, 'count'), 'count') ?? -1;
  const places = from === '' ? Array.from(text) : text.split(from);
  const count = Math.min(
    most < 0 ? Number.POSITIVE_INFINITY : most,
    from === '' ? places.length + 1 : places.length - 1,
  );
  budget.allow(text.length + count * (to.length - from.length));
  budget.spend(places.length);
  if (from === '') {
    const before = places.map((each, i) => (i < count ? to : '') + each).join('');
    return count > places.length ? before + to : before;
  }
  return places.slice(1).reduce((out, each, i) => out + (i < count ? to : from) + each, places[0] as string);
}

const ofText =
  (run: (text: string) => string): TextFunction =>
  (text, { placed, named }) => {
    if (placed.length > 0 || named.size > 0)
      throw faulty('a function of a text has an argument that it does not take');
    return toValue(run(text));
  };

const stripping =
  (left: boolean, right: boolean): TextFunction =>
  (text, rest) =>
    toValue(strip(text, rest, left, right));

export const textMethods: Readonly<Record<string, TextFunction>> = {
  upper: ofText(toUpper),
  lower: ofText(toLower),
  capitalize: ofText(capitalize),
  title: ofText(title),
  strip: stripping(true, true),
  lstrip: stripping(true, false),
  rstrip: stripping(false, true),
  replace: (text, rest, budget) => toValue(replace(text, rest, budget)),
};
