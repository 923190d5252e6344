/**
 * Memory that a model of so many bytes takes while it runs: the engine keeps its weights once, repacked, in at most
 * a quarter more than the file has; a conversation's cache comes on top, and grows with it.
 */
export const memoryNeeded = (bytes: number): number => Math.ceil(bytes * 1.25);

export const fits = (bytes: number, available: number): boolean => memoryNeeded(bytes) <= available;
