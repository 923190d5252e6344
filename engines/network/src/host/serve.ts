import { isCoded } from '@isobit/core';
import type { Stream, StreamHandler } from '@libp2p/interface';
import { reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { FrameStream } from '../wire/frame-stream.ts';
import { TokenBuckets } from '../wire/token-bucket.ts';
import type { Host } from './libp2p.ts';
import type { NetworkLog } from './options.ts';
import type { Peer, Routes } from './routes.ts';

export interface Exchange {
  readonly stream: FrameStream;
  readonly peer: Peer;
  /** Aborts when the network closes. */
  readonly signal: AbortSignal;
}

export interface ServerOptions {
  readonly host: Host;
  readonly routes: Routes;
  readonly log: NetworkLog;
  readonly signal: AbortSignal;
}

export interface Server {
  /**
   * Answers streams of one protocol: `handle` may throw, and then that stream alone is reset.
   *
   * @param cost what one answer costs this node; it decides how many a peer may ask for
   */
  serve(
    protocol: string,
    handle: (exchange: Exchange) => Promise<void>,
    cost?: 'cheap' | 'costly',
  ): Promise<void>;
  /** Resolves when nothing is being answered. */
  idle(): Promise<void>;
}

/** How every protocol of Isobit is served: node keys only, so many streams and calls for each peer, no error escapes. */
export function createServer({ host, routes, log, signal }: ServerOptions): Server {
  const running = new Set<Promise<void>>();

  const answer = async (
    raw: Stream,
    peer: Peer,
    handle: (exchange: Exchange) => Promise<void>,
  ): Promise<void> => {
    try {
      const stream = new FrameStream(raw);
      await handle({ stream, peer, signal });
      await stream.linger();
    } catch (error) {
      raw.abort(error instanceof Error ? error : new Error(String(error)));
      const level = isCoded(error) || signal.aborted ? 'debug' : 'warn';
      log(level, `an exchange over ${raw.protocol} ended in an error`, {
        peer: peer.address,
        reason: reasonOf(error),
      });
    }
  };

  return {
    async serve(protocol, handle, cost = 'cheap') {
      const allowance =
        cost === 'costly'
          ? new TokenBuckets(networkLimits.costlyBurst, networkLimits.costlyRate)
          : new TokenBuckets(networkLimits.streamBurst, networkLimits.streamRate);
      const onStream: StreamHandler = (raw, connection) => {
        const peer = routes.peerOf(connection);
        if (!peer || signal.aborted || !allowance.take(peer.peerId)) {
          raw.abort(new Error(peer ? 'too many streams' : 'not a node key'));
          return;
        }
        const answering = answer(raw, peer, handle).finally(() => running.delete(answering));
        running.add(answering);
      };
      await host.handle(protocol, onStream, {
        maxInboundStreams: networkLimits.streamsPerProtocol,
        maxOutboundStreams: networkLimits.streamsPerProtocol,
      });
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
