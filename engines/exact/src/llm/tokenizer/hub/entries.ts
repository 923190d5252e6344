import { tokenKinds } from '../definition.ts';
import { tokenizerLimits } from '../limits.ts';
import { invalid, tooLarge, unsupported } from '../vocabulary.ts';
import { asFlag, asId, asList, asObject, asText, type JsonObject, member } from './json.ts';

interface AddedToken {
  readonly id: number;
  readonly text: string;
  readonly special: boolean;
  readonly left: boolean;
  readonly right: boolean;
}

/** The vocabulary of a tokenizer.json with its added tokens: by id. */
export interface Entries {
  readonly tokens: string[];
  readonly kinds: Uint8Array;
  readonly idOf: ReadonlyMap<string, number>;
  readonly strips: readonly { readonly token: number; readonly left: boolean; readonly right: boolean }[];
}

/**
 * @param vocabulary text and id of each entry
 * @param respell how an entry that is no added token is written in a definition
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`, `TOKENIZER_LIMIT`
 */
export function readEntries(
  root: JsonObject,
  vocabulary: readonly (readonly [text: string, id: number])[],
  respell: (text: string) => string,
): Entries {
  const added = readAdded(root);
  const count = 1 + Math.max(maximum(added.map(({ id }) => id)), maximum(vocabulary.map(([, id]) => id)));
  if (count > tokenizerLimits.tokens)
    throw tooLarge(`the vocabulary has ids up to ${count - 1}, more than ${tokenizerLimits.tokens} tokens`);
  const tokens = new Array<string>(count).fill('');
  const kinds = new Uint8Array(count).fill(tokenKinds.unused);
  const idOf = new Map<string, number>();
  for (const [text, id] of vocabulary) {
    if (kinds[id] !== tokenKinds.unused) throw invalid(`two entries have the id ${id}`, { token: id });
    tokens[id] = respell(text);
    kinds[id] = tokenKinds.normal;
    idOf.set(text, id);
  }
  for (const { id, text, special } of added) {
    const known = idOf.get(text);
    if ((known ?? id) !== id)
      throw invalid(`${JSON.stringify(text)} has the ids ${known} and ${id}`, { token: id });
    if (known === undefined && kinds[id] !== tokenKinds.unused)
      throw invalid(`two entries have the id ${id}`, { token: id });
    tokens[id] = text;
    kinds[id] = special ? tokenKinds.control : tokenKinds.defined;
    idOf.set(text, id);
  }
  const strips = added
    .filter(({ left, right }) => left || right)
    .map(({ id, left, right }) => ({ token: id, left, right }))
    .sort((a, b) => a.token - b.token);
  return { tokens, kinds, idOf, strips };
}

function readAdded(root: JsonObject): AddedToken[] {
  const list = member(root, 'added_tokens') ?? [];
  return asList(list, 'added_tokens').map((each, index) => {
    const path = `added_tokens[${index}]`;
    const token = asObject(each, path);
    if (asFlag(member(token, 'single_word'), `${path}.single_word`, false))
      throw unsupported(`${path} stands for single words only`);
    return {
      id: asId(member(token, 'id'), `${path}.id`),
      text: asText(member(token, 'content'), `${path}.content`),
      special: asFlag(member(token, 'special'), `${path}.special`, false),
      left: asFlag(member(token, 'lstrip'), `${path}.lstrip`, false),
      right: asFlag(member(token, 'rstrip'), `${path}.rstrip`, false),
    };
  });
}

const maximum = (ids: readonly number[]): number => ids.reduce((most, id) => Math.max(most, id), -1);

/** A vocabulary that is an object of text to id. */
export const entriesOfObject = (vocabulary: unknown, path: string): (readonly [string, number])[] =>
  Object.entries(asObject(vocabulary, path)).map(([text, id]) => [text, asId(id, path)] as const);
