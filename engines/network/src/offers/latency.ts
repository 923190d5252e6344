import type { PeerId } from '@libp2p/interface';
import { networkLimits } from '../limits.ts';
import { within } from '../wire/time.ts';

export interface LatencyOptions {
  /** Resolves when the peer has answered. */
  readonly ping: (peer: PeerId, signal: AbortSignal) => Promise<unknown>;
  readonly peerIdOf: (node: string) => PeerId | undefined;
  /** Nodes that are connected: asking for the others would dial the whole network. */
  readonly isConnected: (node: string) => boolean;
  readonly signal: AbortSignal;
}

/** Round-trip times of nodes, measured when somebody asks and the last measurement is old. */
export class Latencies {
  readonly #options: LatencyOptions;
  readonly #known = new Map<string, { readonly ms: number | undefined; readonly at: number }>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: LatencyOptions) {
    this.#options = options;
  }

  /** Last measured milliseconds, or undefined. An old measurement of a connected node is refreshed behind the answer. */
  get(node: string): number | undefined {
    const known = this.#known.get(node);
    const isOld = !known || performance.now() - known.at > networkLimits.latencyMs;
    if (isOld && this.#running.size < networkLimits.pings && this.#options.isConnected(node))
      void this.measure(node);
    return known?.ms;
  }

  /** Measures once; an unreachable node counts as unmeasured. Never rejects. */
  measure(node: string): Promise<void> {
    const running = this.#running.get(node);
    if (running) return running;
    const measuring = this.#ping(node).finally(() => this.#running.delete(node));
    this.#running.set(node, measuring);
    return measuring;
  }

  async #ping(node: string): Promise<void> {
    const { ping, peerIdOf, signal } = this.#options;
    const peer = peerIdOf(node);
    if (!peer) return;
    let ms: number | undefined;
    try {
      // Measured here, stream and all: the library counts whole milliseconds, which are all alike on a local network.
      const start = performance.now();
      await ping(peer, within(networkLimits.pingMs, signal));
      ms = performance.now() - start;
    } catch {
      // gone or overloaded: either way no number
    }
    this.#known.set(node, { ms, at: performance.now() });
  }

  /** Forgets nodes that left. */
  forget(nodes: readonly string[]): void {
    for (const node of nodes) this.#known.delete(node);
  }
}
