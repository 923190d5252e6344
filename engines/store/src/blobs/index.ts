export type {
  BlobStat,
  BlobStore,
  ByteRange,
  PartialBlob,
  PartialOptions,
  PutOptions,
} from './blob-store.ts';
export { type BlobFolder, type BlobFolderOptions, openBlobFolder } from './folder/blob-folder.ts';
export { type BlobHandler, type BlobHandlerOptions, createBlobHandler } from './http/blob-handler.ts';
export { createHttpSource, type HttpSource, type HttpSourceOptions } from './http/http-source.ts';
export { type SendableBytes, sendableOf } from './http/sendable.ts';
export { createMemoryBlobs } from './memory/memory-blobs.ts';
export type { PullProgress } from './pull/progress.ts';
export { type PullBlobOptions, type PullResult, type PullSettings, pullBlob } from './pull/pull-blob.ts';
export { type PullModelOptions, type PullModelResult, pullModel } from './pull/pull-model.ts';
export type { BlobRange, ByteSink, Drop, Source } from './pull/source.ts';
export { createSourcePool, type SourcePool } from './pull/source-pool.ts';
export {
  readVerified,
  type Scrub,
  type ScrubOptions,
  scrub,
  type VerifiedReadOptions,
} from './verified-read.ts';
