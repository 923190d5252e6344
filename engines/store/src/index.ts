export * from './blobs/index.ts';
export * from './database/index.ts';
export * from './errors.ts';
export * from './log/index.ts';
