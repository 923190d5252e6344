export * from './methods/difference.ts';
export type { Peer } from './methods/peer.ts';
export type { Replay, Replayer } from './methods/replay.ts';
export * from './trust.ts';
export * from './verdict.ts';
export * from './verifier.ts';
