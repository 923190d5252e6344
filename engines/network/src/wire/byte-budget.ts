/** Memory that frames of all peers share, each at most its part. A frame that does not fit is refused, none waits. */
export class ByteBudget {
  readonly #total: number;
  readonly #perPeer: number;
  readonly #byPeer = new Map<string, number>();
  #used = 0;

  constructor({ total, perPeer }: { readonly total: number; readonly perPeer: number }) {
    this.#total = total;
    this.#perPeer = perPeer;
  }

  get used(): number {
    return this.#used;
  }

  /** @returns a function that gives the bytes back, once; undefined when they do not fit */
  reserve(bytes: number, peer: string): (() => void) | undefined {
    const held = (this.#byPeer.get(peer) ?? 0) + bytes;
    if (this.#used + bytes > this.#total || held > this.#perPeer) return undefined;
    this.#used += bytes;
    this.#byPeer.set(peer, held);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#used -= bytes;
      const left = (this.#byPeer.get(peer) ?? bytes) - bytes;
      if (left === 0) this.#byPeer.delete(peer);
      else this.#byPeer.set(peer, left);
    };
  }
}
