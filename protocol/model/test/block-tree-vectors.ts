import { fromHex, toHex } from '@isobit/core';
import {
  blockCount,
  blockLeaf,
  blockRange,
  blockRoot,
  isBlock,
  joinLeaves,
  modelError,
  openLeaves,
} from '@isobit/model';

const MiB = 2 ** 20;

/** A vector of specs/block-tree.md. */
export interface BlockTreeVector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly pattern?: string;
  readonly size?: number;
  readonly hex?: string;
  readonly root?: string;
  readonly index?: number;
  readonly leaves?: string;
  readonly expected?: unknown;
  readonly error?: string;
}

/** `pattern` repeated to `size` bytes. */
export function patterned(pattern: string, size: number): Uint8Array {
  const unit = fromHex(pattern);
  return Uint8Array.from({ length: size }, (_, i) => unit[i % unit.length] as number);
}

function fileOf(bytes: Uint8Array) {
  const leaves = Array.from({ length: blockCount(bytes.length) }, (_, i) => {
    const { start, end } = blockRange(i, bytes.length);
    return blockLeaf(bytes.subarray(start, end));
  });
  return { blocks: leaves.length, leaves: toHex(joinLeaves(leaves)), root: blockRoot(leaves) };
}

/** What each kind of vector does with its input; throws what is refused. */
export const operations = {
  file: ({ pattern = '', size = 0 }: BlockTreeVector) => fileOf(patterned(pattern, size)),
  'leaf-list': ({ hex = '', root = '', size = 0 }: BlockTreeVector) => ({
    blocks: openLeaves(fromHex(hex), root, size).length,
  }),
  block: ({ pattern = '', size = 0, index = 0, leaves = '' }: BlockTreeVector) => {
    const block = patterned(pattern, size);
    const list = Array.from({ length: leaves.length / 64 }, (_, i) =>
      fromHex(leaves.slice(i * 64, i * 64 + 64)),
    );
    if (!isBlock(block, index, list)) throw modelError('BLOCK_INVALID', `not block ${index}`);
    return { leaf: toHex(blockLeaf(block)) };
  },
};

// Of a length that does not divide a block's, so that neighbouring blocks differ.
const PATTERN = 'a1b2c3d4e5f607';
const THREE = 2 * MiB + 5;

/** Every vector, by `valid/<name>` or `invalid/<name>`. */
export function blockTreeVectors(): Map<string, BlockTreeVector> {
  const made = new Map<string, BlockTreeVector>();
  const valid = (name: string, vector: BlockTreeVector): void =>
    void made.set(`valid/${name}`, { ...vector, expected: operations[vector.kind](vector) });
  const invalid = (name: string, vector: BlockTreeVector): void =>
    void made.set(`invalid/${name}`, { ...vector, error: 'BLOCK_INVALID' });

  const file = (name: string, description: string, size: number, pattern = PATTERN): void =>
    valid(name, { description, kind: 'file', pattern, size });
  file('empty', 'the empty file: one block of no bytes', 0);
  file('one-byte', 'one byte', 1);
  file('almost-one-block', 'a block but for one byte', MiB - 1);
  file('one-block', 'exactly one block', MiB);
  file('one-block-and-a-byte', 'a second block of one byte', MiB + 1);
  file('two-blocks', 'exactly two blocks: no third, empty one', 2 * MiB);
  file('three-blocks', 'a tree that is not balanced', THREE);
  file('seven-blocks', 'a tree of three subtrees', 6 * MiB + 1);
  file('equal-blocks', 'blocks of equal bytes have equal leaves', 3 * MiB, '00');

  const { leaves, root } = fileOf(patterned(PATTERN, THREE));
  const list = { kind: 'leaf-list', hex: leaves, root, size: THREE } as const;
  const leaf = (i: number): string => leaves.slice(i * 64, i * 64 + 64);
  const one = fileOf(patterned(PATTERN, 1));
  valid('leaf-list', { description: 'the leaf list of three blocks', ...list });
  valid('leaf-list-of-one', {
    description: 'the leaf of one block is its root',
    kind: 'leaf-list',
    hex: one.root,
    root: one.root,
    size: 1,
  });
  valid('leaf-list-of-another-size', {
    description: 'a wrong size of the same number of blocks is not found in the list',
    ...list,
    size: THREE + 1,
  });
  invalid('leaf-list-short', { description: 'a leaf is missing', ...list, hex: leaf(0) + leaf(1) });
  invalid('leaf-list-long', { description: 'a leaf too many', ...list, hex: leaves + leaf(2) });
  invalid('leaf-list-torn', { description: 'a byte is missing', ...list, hex: leaves.slice(0, -2) });
  invalid('leaf-list-empty', { description: 'no leaf', ...list, hex: '' });
  invalid('leaf-list-order', {
    description: 'two leaves change places',
    ...list,
    hex: leaf(1) + leaf(0) + leaf(2),
  });
  invalid('leaf-list-bit', {
    description: 'one bit differs',
    ...list,
    hex: `${leaves.slice(0, -1)}${leaves.endsWith('0') ? '1' : '0'}`,
  });
  invalid('leaf-list-root', { description: 'the list of another file', ...list, root: one.root });
  invalid('leaf-list-blocks', { description: 'a size of two blocks', ...list, size: 2 * MiB });
  invalid('leaf-list-of-nodes', {
    description: 'inner nodes in place of leaves: they lead to the root of a smaller file',
    kind: 'leaf-list',
    hex: blockRoot([fromHex(leaf(0)), fromHex(leaf(1))]) + leaf(2),
    root,
    size: THREE,
  });

  // Block 2 begins at byte 2^21 of the pattern's repetition.
  const turn = ((2 * MiB) % 7) * 2;
  const last = {
    kind: 'block',
    pattern: PATTERN.slice(turn) + PATTERN.slice(0, turn),
    size: 5,
    index: 2,
    leaves,
  } as const;
  valid('block', { description: 'the last of three blocks', ...last });
  valid('block-first', {
    description: 'the first of three blocks',
    ...last,
    pattern: PATTERN,
    size: MiB,
    index: 0,
  });
  invalid('block-bit', { description: 'one bit differs', ...last, pattern: `b3${last.pattern.slice(2)}` });
  invalid('block-elsewhere', { description: 'the last block in the place of another', ...last, index: 1 });
  invalid('block-outside', { description: 'an index beyond the last', ...last, index: 3 });
  invalid('block-short', { description: 'a byte is missing', ...last, size: 4 });
  invalid('block-long', { description: 'a byte too many', ...last, size: 6 });
  invalid('block-whole', {
    description: 'the first block cut by one byte',
    ...last,
    pattern: PATTERN,
    size: MiB - 1,
    index: 0,
  });
  return made;
}
