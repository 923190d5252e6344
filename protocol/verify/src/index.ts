export { isTokenDifference } from './methods/cause.ts';
export * from './methods/describe.ts';
export * from './methods/difference.ts';
export type { Peer, SecondAnswer } from './methods/peer.ts';
export type { Replay, Replayer, TextCheck, TextReplay } from './methods/replay.ts';
export { firstTextDifference } from './methods/text-difference.ts';
export * from './trust.ts';
export * from './verdict.ts';
export * from './verifier.ts';
