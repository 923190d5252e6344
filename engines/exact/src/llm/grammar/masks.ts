import { type Automaton, BELOW, createAutomaton, type State } from './automaton.ts';
import type { CompiledGrammar } from './compile.ts';
import type { TokenTrie } from './token-trie.ts';

/** Masks kept: each has a bit for each token. */
const MOST_KEPT = 1_024;

/** A node of the trie, and the bytes that lead to it. */
interface Reached {
  readonly node: number;
  readonly path: readonly number[];
}

/**
 * Places on top of a stack that are looked at together: a character, the repetition that it is of, and what ends the
 * text are three, so that within a text hardly a token reaches further down.
 */
const LEVELS = 3;

/** What the top of a stack says about each token, whatever lies below it. */
interface LocalMask {
  /** Bits of the tokens that stay within the top, or end it with their last byte. */
  readonly certain: Uint32Array;
  /** Where the top has ended within a token, and the stack below decides. */
  readonly open: readonly Reached[];
}

/** Which tokens may come in a state. */
export interface Masks {
  /**
   * @param automaton of the same grammar, which the state belongs to
   * @returns bits by token id, without the tokens that end answers; a new array
   */
  of(automaton: Automaton, state: State): Uint32Array;
}

/**
 * A token may come where one of the stacks reads its bytes. For each stack that is a question to the places on its
 * top alone, asked once and kept for all answers, except for tokens that reach below the top.
 */
export function createMasks(grammar: CompiledGrammar, trie: TokenTrie): Masks {
  const words = Math.ceil(trie.vocabulary / 32);
  const known = new Map<string, LocalMask>();

  function mark(bits: Uint32Array, node: number): void {
    for (let each = trie.token[node] as number; each !== 0; each = trie.same[each - 1] as number)
      bits[(each - 1) >> 5] = (bits[(each - 1) >> 5] as number) | (1 << ((each - 1) & 31));
  }

  /** Marks each token below a node whose further bytes are read from the state at the node. */
  function walk(
    automaton: Automaton,
    from: Reached,
    state: State,
    bits: Uint32Array,
    open: (at: Reached) => void = () => undefined,
  ): void {
    const path = [...from.path];
    function descend(node: number, at: State): void {
      for (let next = trie.child[node] as number; next !== 0; next = trie.sibling[next] as number) {
        const byte = trie.byte[next] as number;
        const after = automaton.step(at, byte);
        if (after.length === 0) continue;
        mark(bits, next);
        if (trie.child[next] === 0) continue;
        path.push(byte);
        if (after.includes(BELOW)) open({ node: next, path: [...path] });
        descend(next, after);
        path.pop();
      }
    }
    descend(from.node, state);
  }

  function localMask(places: readonly number[]): LocalMask {
    const key = places.join(' ');
    const found = known.get(key);
    if (found) return found;
    const automaton = createAutomaton(grammar);
    const certain = new Uint32Array(words);
    const open: Reached[] = [];
    walk(automaton, { node: 0, path: [] }, [automaton.local(places)], certain, (at) => open.push(at));
    const mask = { certain, open };
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, mask);
    return mask;
  }

  return {
    of(automaton, state) {
      const bits = new Uint32Array(words);
      for (const stack of state) {
        if (stack <= BELOW) continue;
        const { certain, open } = localMask(automaton.top(stack, LEVELS));
        for (let i = 0; i < words; i++) bits[i] = (bits[i] as number) | (certain[i] as number);
        for (const at of open) {
          const reached = at.path.reduce<State>((on, byte) => automaton.step(on, byte), [stack]);
          walk(automaton, at, reached, bits);
        }
      }
      return bits;
    },
  };
}
