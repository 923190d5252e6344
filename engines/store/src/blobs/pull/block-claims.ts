/** A run of blocks that one connection is fetching: `next` is in flight, those up to `end` come after it. */
export interface Claim {
  readonly owner: string;
  next: number;
  end: number;
  /** Aborted when another connection was faster with all that is left of it. */
  readonly abort: AbortController;
}

export interface BlockClaimsOptions {
  readonly blocks: number;
  /** True for blocks that are there already: they are never claimed. */
  readonly has: (index: number) => boolean;
}

/** How many connections may fetch one block at the end, so that a slow one does not hold up the rest. */
const MOST_COPIES = 3;

/**
 * Who fetches which blocks. Missing blocks are given out in runs; when none are left, an idle owner takes the
 * later half of the longest run of somebody else, and of a last block makes a second copy.
 */
export class BlockClaims {
  /** Runs [start, end) that nobody fetches, ascending. */
  readonly #free: [number, number][] = [];
  readonly #active = new Set<Claim>();
  readonly #has: (index: number) => boolean;

  constructor({ blocks, has }: BlockClaimsOptions) {
    this.#has = has;
    this.#addMissing(0, blocks);
  }

  /** Work for `owner`, of at most `most` blocks, or undefined when there is none that another would not do sooner. */
  take(owner: string, most: number): Claim | undefined {
    const run = this.#free[0];
    if (!run) return this.#steal(owner);
    const [start] = run;
    const end = Math.min(run[1], start + most);
    if (end === run[1]) this.#free.shift();
    else run[0] = end;
    return this.#start(owner, start, end);
  }

  /** Block `claim.next` is there. Whoever else was fetching it, and nothing after it, is told to stop. */
  advance(claim: Claim): void {
    const index = claim.next++;
    for (const other of this.#active) {
      if (other !== claim && other.next === index && other.end === index + 1) other.abort.abort();
    }
  }

  /** Ends a claim; what of it is still missing, and fetched by nobody else, is free again. */
  release(claim: Claim): void {
    if (!this.#active.delete(claim)) return;
    this.#addMissing(claim.next, claim.end);
    this.#free.sort((a, b) => a[0] - b[0]);
  }

  #addMissing(from: number, to: number): void {
    for (let start = from; start < to; start++) {
      if (this.#isElsewhere(start)) continue;
      let end = start + 1;
      while (end < to && !this.#isElsewhere(end)) end++;
      this.#free.push([start, end]);
      start = end;
    }
  }

  #isElsewhere(index: number): boolean {
    if (this.#has(index)) return true;
    for (const claim of this.#active) if (claim.next <= index && index < claim.end) return true;
    return false;
  }

  #start(owner: string, next: number, end: number): Claim {
    const claim = { owner, next, end, abort: new AbortController() };
    this.#active.add(claim);
    return claim;
  }

  #steal(owner: string): Claim | undefined {
    const others = [...this.#active].filter((claim) => claim.owner !== owner && claim.next < claim.end);
    const longest = others.reduce<Claim | undefined>(
      (best, claim) => (best && left(best) >= left(claim) ? best : claim),
      undefined,
    );
    if (!longest) return undefined;
    if (left(longest) > 1) {
      const { end } = longest;
      longest.end = longest.next + Math.ceil(left(longest) / 2);
      return this.#start(owner, longest.end, end);
    }
    const last = others.find((claim) => this.#mayCopy(owner, claim.next));
    return last && this.#start(owner, last.next, last.end);
  }

  #mayCopy(owner: string, index: number): boolean {
    const fetching = [...this.#active].filter((claim) => claim.next === index);
    return fetching.length < MOST_COPIES && fetching.every((claim) => claim.owner !== owner);
  }
}

const left = (claim: Claim): number => claim.end - claim.next;
