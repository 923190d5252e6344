/** How many jobs run at once: in all and for each peer. */
export class JobSlots {
  readonly #perPeer: number;
  readonly #total: number;
  readonly #byPeer = new Map<string, number>();
  #taken = 0;

  constructor({ perPeer, total }: { readonly perPeer: number; readonly total: number }) {
    this.#perPeer = perPeer;
    this.#total = total;
  }

  get taken(): number {
    return this.#taken;
  }

  isFree(peer: string): boolean {
    return (this.#byPeer.get(peer) ?? 0) < this.#perPeer && this.#taken < this.#total;
  }

  /** @returns a function that frees the slot, once; undefined when there is none for this peer */
  take(peer: string): (() => void) | undefined {
    if (!this.isFree(peer)) return undefined;
    this.#byPeer.set(peer, (this.#byPeer.get(peer) ?? 0) + 1);
    this.#taken++;
    let free = false;
    return () => {
      if (free) return;
      free = true;
      this.#taken--;
      const left = (this.#byPeer.get(peer) ?? 1) - 1;
      if (left === 0) this.#byPeer.delete(peer);
      else this.#byPeer.set(peer, left);
    };
  }
}
