import { CharacterSet, WHITE_SPACE } from '../unicode/characters.ts';

/** A part of a text: a special token, or text between them. */
export type Part = { readonly token: number } | { readonly text: string };

export interface SpecialToken {
  readonly token: number;
  readonly text: string;
  /** White space before and behind it belongs to it. */
  readonly left: boolean;
  readonly right: boolean;
}

interface Node {
  readonly children: Map<number, Node>;
  special?: SpecialToken;
}

/**
 * Finds special tokens in texts (specs/tokenizer.md section 3): from the left, the longest at each place. Takes time
 * in the text's length times that of the longest special token.
 */
export function createSpecialTokens(tokens: readonly SpecialToken[]): (text: string) => Part[] {
  const root: Node = { children: new Map() };
  for (const special of tokens) {
    let node = root;
    for (let i = 0; i < special.text.length; i++) {
      const unit = special.text.charCodeAt(i);
      let child = node.children.get(unit);
      if (!child) {
        child = { children: new Map() };
        node.children.set(unit, child);
      }
      node = child;
    }
    node.special ??= special;
  }
  if (root.children.size === 0) return (text) => (text === '' ? [] : [{ text }]);
  return (text) => partition(text, root);
}

function longestAt(text: string, at: number, root: Node): SpecialToken | undefined {
  let node = root.children.get(text.charCodeAt(at));
  let found = node?.special;
  for (let i = at + 1; node && i < text.length; i++) {
    node = node.children.get(text.charCodeAt(i));
    if (node?.special) found = node.special;
  }
  return found;
}

function partition(text: string, root: Node): Part[] {
  const parts: Part[] = [];
  let start = 0;
  const textTo = (end: number): void => {
    if (end > start) parts.push({ text: text.slice(start, end) });
  };
  for (let at = 0; at < text.length; ) {
    const special = longestAt(text, at, root);
    if (!special) {
      at++;
      continue;
    }
    textTo(special.left ? skipBack(text, at, start) : at);
    parts.push({ token: special.token });
    at += special.text.length;
    if (special.right) at = skipOn(text, at);
    start = at;
  }
  textTo(text.length);
  return parts;
}

let spaces: CharacterSet | undefined;

function isSpace(unit: number): boolean {
  spaces ??= new CharacterSet({ ranges: WHITE_SPACE });
  return spaces.has(unit);
}

function skipBack(text: string, at: number, start: number): number {
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

function skipOn(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}
