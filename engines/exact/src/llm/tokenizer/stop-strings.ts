import type { TokenStop } from '../token-engine.ts';
import { createDetokenizer } from './detokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Stop strings of one answer, and its text up to them. */
export interface StopStrings extends TokenStop {
  /** The stop string that ended the answer. */
  readonly stop: string | undefined;
  /**
   * The text so far that no stop string can take back any more: it ends before a stop string, and before the longest
   * ending that could become one. Only grows; streaming sends what it gained.
   */
  readonly text: string;
  /** The answer has ended by something else: what was held back is text after all. Gives the whole text. */
  end(): string;
}

/**
 * Ends an answer where its text holds one of `strings` (specs/tokenizer.md section 8). One for each answer.
 *
 * @param strings none is empty; of several that are complete with one token the one that begins first counts, of
 * those with one beginning the longest
 */
export function createStopStrings(
  tokenizer: Pick<Tokenizer, 'bytes'>,
  strings: readonly string[],
): StopStrings {
  if (strings.includes('')) throw new RangeError('an empty stop string');
  const detokenizer = createDetokenizer(tokenizer);
  const longest = Math.max(0, ...strings.map((each) => each.length));
  let text = '';
  let held = '';
  let stop: string | undefined;
  return {
    get stop() {
      return stop;
    },
    get text() {
      return text;
    },
    accept(token) {
      if (stop !== undefined) return true;
      held += detokenizer.push(token);
      const found = firstOf(held, strings);
      if (found) {
        stop = found.string;
        text += held.slice(0, found.at);
        held = '';
        return true;
      }
      const kept = heldBack(held, strings, longest);
      text += held.slice(0, held.length - kept);
      held = held.slice(held.length - kept);
      return false;
    },
    end() {
      if (stop === undefined) text += held + detokenizer.end();
      held = '';
      return text;
    },
  };
}

function firstOf(text: string, strings: readonly string[]): { at: number; string: string } | undefined {
  let best: { at: number; string: string } | undefined;
  for (const string of strings) {
    const at = text.indexOf(string);
    if (at < 0) continue;
    if (!best || at < best.at || (at === best.at && string.length > best.string.length))
      best = { at, string };
  }
  return best;
}

/** Length of the longest ending of `text` that begins a stop string. */
function heldBack(text: string, strings: readonly string[], longest: number): number {
  for (let length = Math.min(text.length, longest - 1); length > 0; length--) {
    const ending = text.slice(text.length - length);
    if (strings.some((string) => string.startsWith(ending))) return length;
  }
  return 0;
}
