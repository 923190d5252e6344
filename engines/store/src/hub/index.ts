export { type ChooseOptions, chooseFiles, type HubChoice } from './choose-files.ts';
export type { FileFacts } from './file-facts.ts';
export { createHub, type FetchedFile, type FetchOptions, type Hub, type HubOptions } from './hub.ts';
export { type HubRef, isHubRef, parseHubRef } from './hub-ref.ts';
export { type HubSettings, readHubSettings } from './hub-settings.ts';
export { fits, memoryNeeded } from './memory-fit.ts';
export type { HubFile, HubRepository } from './repository.ts';
export type { HubAnswer, HubQuestion, HubTransport } from './transport.ts';
