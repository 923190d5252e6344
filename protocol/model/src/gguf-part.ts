import { limits } from '@isobit/core';

/** A file's place among the several of one GGUF model, as its path tells it (profile-llm-exact-1 section 12.1). */
export interface GgufPart {
  /** The path before `-00001-of-00003.gguf`. */
  readonly stem: string;
  /** From 1 to `count`. */
  readonly number: number;
  /** At most as many as a manifest may have files. */
  readonly count: number;
}

const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/s;

/** Undefined for a path that does not end as a part's does. */
export function ggufPart(path: string): GgufPart | undefined {
  const [, stem, ...digits] = PART.exec(path) ?? [];
  const [number = 0, count = 0] = digits.map(Number);
  const isPart = number >= 1 && number <= count && count <= limits.manifestFiles;
  return stem !== undefined && isPart ? { stem, number, count } : undefined;
}

/** Paths of all files of which a path names one, in their order: itself alone where it is no part. */
export function ggufPaths(path: string): string[] {
  const part = ggufPart(path);
  if (!part) return [path];
  const digits = (value: number): string => String(value).padStart(5, '0');
  const { stem, count } = part;
  return Array.from({ length: count }, (_, i) => `${stem}-${digits(i + 1)}-of-${digits(count)}.gguf`);
}

/** A path without the ending of GGUF files, and without its place among several. */
export const ggufStem = (path: string): string => ggufPart(path)?.stem ?? path.replace(/\.gguf$/i, '');
