import { connect, type TcpNetConnectOpts } from 'node:net';
import type { BlobRange, ByteSink } from '../../pull/source.ts';
import { publicLookup, refuseLiteral } from '../guarded-connect.ts';
import { type Outcome, RangeConnection } from './range-connection.ts';

/** Ranges of a host's blobs by plain HTTP/1.1, over connections that are kept between requests. */
export interface DirectRanges extends Disposable {
  /** Rejects with the socket's error, `ADDRESS_REFUSED`, what the sink throws, or the reason of the signal. */
  read(range: BlobRange, sink: ByteSink, signal: AbortSignal): Promise<Outcome>;
}

/** @param base an `http:` URL that ends in a slash */
export function createDirectRanges(base: URL, allowPrivate: boolean): DirectRanges {
  const idle: RangeConnection[] = [];
  const busy = new Set<RangeConnection>();
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const target: TcpNetConnectOpts = {
    host,
    port: Number(base.port || 80),
    noDelay: true,
    ...(allowPrivate ? {} : { lookup: publicLookup() }),
  };

  function open(): RangeConnection {
    const refusal = allowPrivate ? undefined : refuseLiteral(host);
    if (refusal) throw refusal;
    return new RangeConnection((onread) => connect({ ...target, onread }));
  }

  async function ask(
    connection: RangeConnection,
    range: BlobRange,
    sink: ByteSink,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const leave = (): void => connection.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    busy.add(connection);
    try {
      return await connection.read(requestOf(base, range), range, sink);
    } finally {
      signal.removeEventListener('abort', leave);
      busy.delete(connection);
      if (connection.isUsable) idle.push(connection);
    }
  }

  return {
    async read(range, sink, signal) {
      for (;;) {
        signal.throwIfAborted();
        const kept = idle.pop();
        if (kept && !kept.isUsable) continue;
        const connection = kept ?? open();
        try {
          return await ask(connection, range, sink, signal);
        } catch (error) {
          // A host may close a kept connection just when it is used again: that is no failure of its own.
          if (!kept || kept.wasHeard || signal.aborted) throw error;
        }
      }
    },
    [Symbol.dispose]() {
      for (const connection of [...idle, ...busy]) connection.abort(new Error('the source was closed'));
    },
  };
}

const requestOf = ({ host, pathname }: URL, { root, start, end }: BlobRange): string =>
  [
    `GET ${pathname}blobs/${root} HTTP/1.1`,
    `Host: ${host}`,
    'Accept-Encoding: identity',
    `Range: bytes=${start}-${end - 1}`,
    '\r\n',
  ].join('\r\n');
