import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  consistencyProof,
  createMerkleBuilder,
  emptyRoot,
  fromBase64,
  type Hash,
  inclusionProof,
  isCoded,
  leafHash,
  merkleRoot,
  nodeHash,
  rootFromInclusion,
  subtreeOf,
  toHex,
  utf8,
  verifyConsistency,
  verifyInclusion,
} from '@isobit/core';
import { forAll, need, sharedPath } from '@isobit/testing';
import fc from 'fast-check';

/* The tree of RFC 6962 section 2.1, word for word. */
const half = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0] as Hash;
  const k = half(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
function naivePath(m: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length === 1) return [];
  const k = half(leaves.length);
  if (m < k) return [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))];
  return [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}
function naiveSubproof(m: number, leaves: readonly Hash[], whole: boolean): Hash[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = half(leaves.length);
  if (m <= k) return [...naiveSubproof(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))];
  return [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

const LEAVES = Array.from({ length: 300 }, (_, i) => leafHash(utf8(String(i))));
const size = fc.integer({ min: 1, max: LEAVES.length });

test('the empty tree and the first leaves have the roots of RFC 6962', () => {
  assert.equal(toHex(merkleRoot([])), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(
    toHex(leafHash(new Uint8Array(0))),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

test('property: root, audit path and consistency proof equal the naive recursion', () =>
  forAll([size, fc.nat(), fc.nat()], (n, a, b) => {
    const leaves = LEAVES.slice(0, n);
    const subtree = subtreeOf(leaves);
    const root = naiveRoot(leaves);
    assert.deepEqual(merkleRoot(leaves), root);
    const index = a % n;
    assert.deepEqual(inclusionProof(index, n, subtree), naivePath(index, leaves));
    const from = 1 + (b % n);
    const proof = consistencyProof(from, n, subtree);
    assert.deepEqual(proof, naiveSubproof(from, leaves, true));
    assert.equal(verifyInclusion(index, n, leaves[index] as Hash, naivePath(index, leaves), root), true);
    assert.equal(verifyConsistency(from, n, naiveRoot(leaves.slice(0, from)), root, proof), true);
  }));

test('property: a proof with one bit, one hash more or less, or another place is refused', () =>
  forAll([fc.integer({ min: 2, max: LEAVES.length }), fc.nat(), fc.nat(255)], (n, a, bit) => {
    const leaves = LEAVES.slice(0, n);
    const root = naiveRoot(leaves);
    const index = a % n;
    const path = naivePath(index, leaves);
    const leaf = leaves[index] as Hash;
    const at = a % path.length;
    const flipped = path.map((hash, i) =>
      i === at ? hash.map((byte, j) => (j === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : hash,
    );
    assert.equal(verifyInclusion(index, n, leaf, flipped, root), false);
    assert.equal(verifyInclusion(index, n, leaf, path.slice(1), root), false);
    assert.equal(verifyInclusion(index, n, leaf, [...path, root], root), false);
    assert.equal(verifyInclusion((index + 1) % n, n, leaf, path, root), false);
    const from = 1 + (a % (n - 1));
    const proof = consistencyProof(from, n, subtreeOf(leaves));
    const fromRoot = naiveRoot(leaves.slice(0, from));
    assert.equal(verifyConsistency(from, n, leaf, root, proof), toHex(fromRoot) === toHex(leaf));
    assert.equal(verifyConsistency(from, n, fromRoot, root, [...proof, root]), false);
    assert.equal(verifyConsistency(from, n, fromRoot, root, proof.slice(1)), false);
  }));

test('a builder gives the root at every size', () => {
  const builder = createMerkleBuilder();
  for (const [i, leaf] of LEAVES.slice(0, 70).entries()) {
    builder.append(leaf);
    assert.equal(builder.size, i + 1);
    assert.deepEqual(builder.root(), naiveRoot(LEAVES.slice(0, i + 1)));
  }
});

test('places outside the tree are refused', () => {
  const subtree = subtreeOf(LEAVES);
  const range = (error: unknown) => isCoded(error, 'MERKLE_RANGE');
  for (const [index, size] of [
    [3, 3],
    [-1, 3],
    [0, 0],
    [0, 2 ** 53],
  ] as const) {
    assert.throws(() => inclusionProof(index, size, subtree), range);
    assert.equal(rootFromInclusion(index, size, LEAVES[0] as Hash, []), undefined);
  }
  for (const [from, to] of [
    [4, 3],
    [-1, 3],
    [0, 2 ** 53],
  ] as const) {
    assert.throws(() => consistencyProof(from, to, subtree), range);
    assert.equal(verifyConsistency(from, to, emptyRoot(), emptyRoot(), []), false);
  }
});

test('indices beyond 32 bits work', () => {
  const size = 2 ** 40 + 5;
  const path = inclusionProof(2 ** 39 + 7, size, (start, end) => leafHash(utf8(`${start}-${end}`)));
  assert.equal(rootFromInclusion(2 ** 39 + 7, size, LEAVES[0] as Hash, path)?.length, 32);
  assert.equal(rootFromInclusion(2 ** 39 + 7, 2 ** 41, LEAVES[0] as Hash, path.slice(1)), undefined);
});

const FOLDER = 'vectors/rfc6962-merkle/testdata';
const list = (encoded: readonly string[] | null) => (encoded ?? []).map(fromBase64);

function* cases(kind: string): Generator<[string, Record<string, never>]> {
  const folder = sharedPath(join(FOLDER, kind));
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.json'))
      yield [`${kind}/${file}`, JSON.parse(readFileSync(join(folder, file), 'utf8'))];
  }
}

test('every inclusion case of ../shared/vectors/rfc6962-merkle', need('shared'), () => {
  let count = 0;
  for (const [name, c] of cases('inclusion')) {
    const { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } = c as unknown as Inclusion;
    assert.equal(
      verifyInclusion(leafIdx, treeSize, fromBase64(leaf), list(proof), fromBase64(root)),
      !wantErr,
      name,
    );
    count++;
  }
  assert.ok(count > 80, `${count} cases`);
});

test('every consistency case of ../shared/vectors/rfc6962-merkle', need('shared'), () => {
  let count = 0;
  for (const [name, c] of cases('consistency')) {
    const { size1, size2, root1, root2, proof, wantErr } = c as unknown as Consistency;
    assert.equal(
      verifyConsistency(size1, size2, fromBase64(root1), fromBase64(root2), list(proof)),
      !wantErr,
      name,
    );
    count++;
  }
  assert.ok(count > 80, `${count} cases`);
});

interface Inclusion {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: string[] | null;
  readonly wantErr: boolean;
}

interface Consistency {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: string[] | null;
  readonly wantErr: boolean;
}
