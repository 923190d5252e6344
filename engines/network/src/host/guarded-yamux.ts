import { type YamuxMuxerInit, yamux } from '@chainsafe/libp2p-yamux';
import type { YamuxStream } from '@chainsafe/libp2p-yamux/stream';
import type { StreamMuxerFactory } from '@libp2p/interface';

type Muxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>;

/**
 * yamux, but for one thing: it announces a new stream in a microtask, where nobody catches, so that a connection which
 * ends at that moment would end the process. Here such a stream is aborted, as the others of that connection are.
 */
export function guardedYamux(init: YamuxMuxerInit): () => StreamMuxerFactory<Muxer> {
  const create = yamux(init);
  return () => {
    const factory = create();
    const muxerOf = factory.createStreamMuxer.bind(factory);
    factory.createStreamMuxer = (connection) => guarded(muxerOf(connection));
    return factory;
  };
}

function guarded(muxer: Muxer): Muxer {
  const open = muxer.onCreateStream.bind(muxer);
  muxer.onCreateStream = () => guardedStream(open());
  return muxer;
}

function guardedStream(stream: YamuxStream): YamuxStream {
  const send = stream.sendWindowUpdate.bind(stream);
  stream.sendWindowUpdate = () => {
    try {
      send();
    } catch (error) {
      stream.abort(error as Error);
    }
  };
  return stream;
}
