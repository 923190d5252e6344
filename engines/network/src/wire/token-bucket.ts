/** A burst, and then so many a second; time is an argument so that it can be tested without waiting. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one token. @param now milliseconds of a clock that may stand still but not matter when it runs back */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** True when nothing was taken for so long that forgetting this bucket changes nothing. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#burst;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(
      this.#burst,
      this.#tokens + (Math.max(0, now - this.#at) / 1_000) * this.#perSecond,
    );
    this.#at = now;
  }
}

/** One bucket for each key, forgotten when it is full again: as many as there are busy keys. */
export class TokenBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #most: number;

  /** @param most keys held; the calls of further ones are refused until others fall quiet */
  constructor(burst: number, perSecond: number, most = 10_000) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#most = most;
  }

  take(key: string, now: number = performance.now()): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size >= this.#most) this.#forget(now);
      if (this.#buckets.size >= this.#most) return false;
      bucket = new TokenBucket(this.#burst, this.#perSecond, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(now);
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}
