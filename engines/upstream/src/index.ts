export { createUpstreamRuntime, type UpstreamRuntimeOptions } from './create-upstream-runtime.ts';
export * from './errors.ts';
export { createEventReader, type EventReader } from './event-reader.ts';
export { type ListedModels, listModels, UNKNOWN_KIND } from './list-models.ts';
export { openServer, type Server, type ServerOptions } from './server.ts';
