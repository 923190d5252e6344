/** Where the text of one string, number, true or false stands in a JSON text; quotes are not part of it. */
export interface Leaf {
  /** Such as `receipt.time` or `log.proof.3`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Every value of a compact JSON text that is no object, array, null or empty string. */
export function jsonLeaves(text: string): Leaf[] {
  const leaves: Leaf[] = [];
  let at = 0;
  walk([]);
  return leaves;

  function walk(path: readonly string[]): void {
    if (text[at] === '{') members(path);
    else if (text[at] === '[') elements(path);
    else {
      const token = nextToken();
      const quote = token.startsWith('"') ? 1 : 0;
      const leaf = { path: path.join('.'), start: at + quote, end: at + token.length - quote };
      if (leaf.end > leaf.start && token !== 'null') leaves.push(leaf);
      at += token.length;
    }
  }

  function members(path: readonly string[]): void {
    for (at++; text[at] !== '}'; ) {
      const name = nextToken();
      at += name.length + 1;
      walk([...path, JSON.parse(name) as string]);
      if (text[at] === ',') at++;
    }
    at++;
  }

  function elements(path: readonly string[]): void {
    at++;
    for (let index = 0; text[at] !== ']'; index++) {
      walk([...path, String(index)]);
      if (text[at] === ',') at++;
    }
    at++;
  }

  function nextToken(): string {
    const sticky = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
    sticky.lastIndex = at;
    return (sticky.exec(text) as RegExpExecArray)[0];
  }
}
