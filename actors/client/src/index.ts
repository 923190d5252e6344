export type { ChatAnswer, ChatCompletion, ChatOptions } from './apis/ask-chat.ts';
export {
  type CheckedAnswer,
  type CheckedFetchOptions,
  type CheckedFetchSettings,
  createCheckedFetch,
} from './apis/checked-fetch.ts';
export * from './blob-fetch.ts';
export { type Check, wantedClaims } from './check.ts';
export * from './client.ts';
export * from './engine-fetch.ts';
export * from './errors.ts';
export * from './loaded-models.ts';
export * from './memory-replayer.ts';
export * from './node-api.ts';
export * from './question.ts';
export { readBody } from './read-body.ts';
export * from './replayer.ts';
export * from './worker-offer.ts';
