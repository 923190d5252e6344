export * from './block-tree.ts';
export * from './datatype.ts';
export * from './errors.ts';
export * from './language-digests.ts';
export * from './manifest.ts';
export * from './name.ts';
export * from './path.ts';
export * from './ref.ts';
