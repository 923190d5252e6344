/** Room at the front that is worth giving back. */
const SLACK = 1_024;

/** Times of the last events, as many as a limit allows within a window that goes with the clock. */
export class RecentTimes {
  readonly #most: number;
  readonly #windowMs: number;
  /** Ascending; those before `#from` are past. */
  #times: number[] = [];
  #from = 0;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Milliseconds after which one more may be; 0 where it may be now. @param now of a clock that never goes back */
  waitMs(now: number): number {
    while (this.#from < this.#times.length && (this.#times[this.#from] as number) <= now - this.#windowMs)
      this.#from++;
    if (this.#from > SLACK) {
      this.#times = this.#times.slice(this.#from);
      this.#from = 0;
    }
    if (this.#times.length - this.#from < this.#most) return 0;
    return (this.#times[this.#from] as number) + this.#windowMs - now;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}
