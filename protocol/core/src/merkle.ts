import { concatBytes, equalBytes } from './bytes.ts';
import { sha256 } from './digest.ts';
import { CodedError, type CoreErrorCode } from './errors.ts';

/*
 * The one Merkle tree of Isobit: RFC 6962 section 2.1 over SHA-256. Block trees, traces, signature batches and
 * logs all use it; what differs is what a leaf's data is. Hashes are 32 bytes. Sizes and indices are safe
 * integers, so nothing here shifts 32-bit integers.
 */

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export type Hash = Uint8Array;

export const leafHash = (data: Uint8Array): Hash => sha256(concatBytes(LEAF, data));
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(concatBytes(NODE, left, right));
/** Root of the tree without leaves. */
export const emptyRoot = (): Hash => sha256(new Uint8Array(0));

/** Largest power of two below `n`, for n > 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root over leaf hashes, in O(n) time and O(log n) memory. */
export function merkleRoot(leaves: Iterable<Hash>): Hash {
  const builder = createMerkleBuilder();
  for (const leaf of leaves) builder.append(leaf);
  return builder.root();
}

/** A tree that grows: keeps one hash for each full subtree on its right edge. */
export interface MerkleBuilder {
  readonly size: number;
  append(leaf: Hash): void;
  root(): Hash;
}

export function createMerkleBuilder(): MerkleBuilder {
  const edge: { hash: Hash; size: number }[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    append(leaf) {
      let node = { hash: leaf, size: 1 };
      for (let last = edge.at(-1); last && last.size === node.size; last = edge.at(-1)) {
        edge.pop();
        node = { hash: nodeHash(last.hash, node.hash), size: node.size * 2 };
      }
      edge.push(node);
      size++;
    },
    root() {
      const right = edge.at(-1);
      if (!right) return emptyRoot();
      return edge.slice(0, -1).reduceRight((hash, left) => nodeHash(left.hash, hash), right.hash);
    },
  };
}

/** Hash of the subtree over leaves [start, end) of a tree: what proofs are made of. */
export type Subtree = (start: number, end: number) => Hash;

/** A `Subtree` over an array of leaf hashes, each of whose hashes is computed once. */
export function subtreeOf(leaves: readonly Hash[]): Subtree {
  const known = new Map<string, Hash>();
  const subtree: Subtree = (start, end) => {
    if (end - start < 2) return end > start ? (leaves[start] as Hash) : emptyRoot();
    const name = `${start}-${end}`;
    const found = known.get(name);
    if (found) return found;
    const middle = start + split(end - start);
    const hash = nodeHash(subtree(start, middle), subtree(middle, end));
    known.set(name, hash);
    return hash;
  };
  return subtree;
}

function range(ok: boolean, what: string): void {
  if (!ok) throw new CodedError<CoreErrorCode>('MERKLE_RANGE', what);
}

/**
 * Audit path of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1), lowest sibling first.
 *
 * @throws CodedError `MERKLE_RANGE` unless 0 <= index < size
 */
export function inclusionProof(index: number, size: number, subtree: Subtree): Hash[] {
  range(
    Number.isSafeInteger(size) && index >= 0 && index < size,
    `leaf ${index} is not in a tree of ${size}`,
  );
  const path: Hash[] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + split(end - start);
    if (index < middle) {
      path.push(subtree(middle, end));
      end = middle;
    } else {
      path.push(subtree(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/** Proof that the tree of `from` leaves is a prefix of the tree of `to` (RFC 6962 section 2.1.2). */
export function consistencyProof(from: number, to: number, subtree: Subtree): Hash[] {
  range(
    Number.isSafeInteger(to) && from >= 0 && from <= to,
    `a tree of ${from} is no prefix of one of ${to}`,
  );
  if (from === 0 || from === to) return [];
  const path: Hash[] = [];
  let start = 0;
  let end = to;
  let whole = true;
  let size = from;
  while (size !== end - start) {
    const k = split(end - start);
    if (size <= k) {
      path.push(subtree(start + k, end));
      end = start + k;
    } else {
      path.push(subtree(start, start + k));
      start += k;
      size -= k;
      whole = false;
    }
  }
  if (!whole) path.push(subtree(start, end));
  return path.reverse();
}

/** Hashes of another length would let a path split the same bytes differently between two children. */
const areHashes = (...hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === 32);

/** The root that an audit path leads to, or undefined when the path or one of its hashes has the wrong length. */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Hash,
  path: readonly Hash[],
): Hash | undefined {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size)
    return undefined;
  if (!areHashes(leaf, ...path)) return undefined;
  let hash = leaf;
  let node = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

/** True when `path` proves `leaf` at `index` of the tree of `size` with `root` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Hash,
  path: readonly Hash[],
  root: Hash,
): boolean {
  const computed = rootFromInclusion(index, size, leaf, path);
  return computed !== undefined && equalBytes(computed, root);
}

/** True when `path` proves that the tree (`from`, `fromRoot`) is a prefix of (`to`, `toRoot`) (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  from: number,
  to: number,
  fromRoot: Hash,
  toRoot: Hash,
  path: readonly Hash[],
): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false;
  if (from === 0 && !equalBytes(fromRoot, emptyRoot())) return false;
  if (from === to) return path.length === 0 && equalBytes(fromRoot, toRoot);
  if (!areHashes(fromRoot, toRoot, ...path)) return false;
  if (from === 0) return path.length === 0;
  let node = from - 1;
  let last = to - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const rest = [...path];
  const first = node === 0 ? fromRoot : rest.shift();
  if (!first) return false;
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(oldHash, fromRoot) && equalBytes(newHash, toRoot);
}
