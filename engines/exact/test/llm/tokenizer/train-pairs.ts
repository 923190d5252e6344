import { utf8 } from '@isobit/core';
import { byteCharacters, spellBytes } from '../../../src/llm/tokenizer/spelled-bytes.ts';

/**
 * A byte-pair vocabulary of texts, trained without any pre-tokenizer: its merges cross every boundary, so that the
 * tokens of a text show where the pieces end.
 */
export function trainPairs(texts: readonly string[], merges: number): { tokens: string[]; merges: string[] } {
  const tokens = [...byteCharacters];
  const rules: string[] = [];
  const lines = texts.map((text) => Array.from(spellBytes(utf8(text))));
  while (rules.length < merges) {
    const counts = new Map<string, number>();
    for (const line of lines)
      for (let i = 0; i + 1 < line.length; i++) {
        const pair = `${line[i]} ${line[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    let best = '';
    let most = 0;
    for (const [pair, count] of counts)
      if (count > most || (count === most && pair < best)) [best, most] = [pair, count];
    if (most < 2) break;
    const [left, right] = best.split(' ') as [string, string];
    rules.push(best);
    if (!tokens.includes(left + right)) tokens.push(left + right);
    for (const line of lines)
      for (let i = 0; i + 1 < line.length; i++)
        if (line[i] === left && line[i + 1] === right) line.splice(i, 2, left + right);
  }
  return { tokens, merges: rules };
}
