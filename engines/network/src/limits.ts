import { limits } from '@isobit/core';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a node allows its peers, and why. Sizes in bytes, times in milliseconds. These are no law: two nodes may differ. */
export const networkLimits = {
  /** Bytes handed to a stream at once: small enough that a cancel is not stuck behind them. */
  chunkBytes: 64 * KiB,
  /** Unread bytes after which a stream is paused: the window then stops the sender. */
  readAheadBytes: 256 * KiB,
  /** Receive window of one stream: what a peer may have in flight past the pause, and so what it can make us hold. */
  windowBytes: MiB,
  /** Longest silence inside a frame, or while a peer takes none of our bytes. */
  stallMs: 15_000,
  /** Slowest rate, in bytes a second, at which a long frame may come: a slow drip holds memory too. */
  slowestRate: 256 * KiB,
  /** Frames longer than this are counted against `frameMemoryBytes`. */
  smallFrameBytes: 64 * KiB,
  /** Memory for long frames of all peers together, and of one: two of the longest jobs. */
  frameMemoryBytes: 512 * MiB,
  frameMemoryPerPeerBytes: 130 * MiB,
  /** Time for a peer to close a stream after it has been answered. */
  lingerMs: 2_000,
  /** From opening a stream to its first frame. */
  firstFrameMs: 10_000,
  /** Dialling a node and agreeing on a protocol. */
  dialMs: 8_000,
  /** Dialling a join address: nothing else can be done meanwhile, and the other side may be busy starting. */
  joinMs: 20_000,
  /** About so long between two connections to nodes that are known from offers alone. */
  befriendMs: 1_000,
  /** Time a withdrawn or late job's handler has to hand over a receipt of that end. */
  jobGraceMs: 2_000,
  /** A job that is neither answered nor accepted by its handler is accepted after this time. */
  acceptAfterMs: 500,
  /** Time that a client gives a worker for its first frame before it asks the next one. */
  firstReplyMs: 10_000,
  /** Jobs of one peer at once, and of all. */
  jobsPerPeer: 16,
  jobs: 128,
  /** What a refused client is told to wait, where nothing better is known. */
  jobRetryMs: 1_000,
  /** Streams that one connection may open for one protocol: more are reset. */
  streamsPerProtocol: 64,
  /** Streams that one connection may open in all. */
  streamsPerConnection: 512,
  connections: 300,
  /** Connections that a node tries to keep, so that it is no hermit behind one peer. */
  wantedConnections: 8,
  /** Own addresses told in an offer: no more than its spec allows. */
  addresses: limits.offerUrls,
  /** Between two offers of a node, less up to a fifth so that nodes do not speak in step; a change is told at once. */
  offerIntervalMs: 10_000,
  /** Shortest time between two offers of a node that changes all the time. */
  offerPauseMs: 250,
  /** Validity of an offer: four intervals, so that three may be lost. */
  offerValidityMs: 40_000,
  /** Offers held: about 20 MB at their usual size. */
  offers: 10_000,
  /** Offers in one exchange. */
  offersExchanged: 1_000,
  /** One frame of an exchange of offers. */
  offerExchangeBytes: 2 * MiB,
  /** Offers and names by gossip that one peer may hand on: a burst, and then so many a second. */
  gossipBurst: 500,
  gossipRate: 50,
  /** Offers of one node: a burst, and then so many a second. */
  nodeBurst: 20,
  nodeRate: 2,
  /** How long a measured latency is good for. */
  latencyMs: 30_000,
  /** Nodes measured in one call. */
  measured: 64,
  pingMs: 3_000,
  pings: 4,
  /** Peers that are asked for a document at once, and in all. */
  asked: 4,
  askedInAll: 32,
  /** A peer's answer about a document. */
  askMs: 8_000,
  /** Name records in one answer. */
  names: 256,
  /** A gossiped name record: a signature and a few short members. */
  nameBytes: 4 * KiB,
  /** Streams of one peer for one protocol: a burst, and then so many a second. Above what a busy gateway asks of one worker. */
  streamBurst: 2_000,
  streamRate: 1_000,
  /** The same where an answer costs signatures or a durable write: offers and witnesses. */
  costlyBurst: 60,
  costlyRate: 5,
  /** Longest range of a blob in one request. */
  blobRangeBytes: 64 * MiB,
  /** Body of a witness exchange: a note, a proof and a little. */
  witnessBytes: 128 * KiB,
  /** Providers taken from one look-up. */
  providers: 32,
} as const;
