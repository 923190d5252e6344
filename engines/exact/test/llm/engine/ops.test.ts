import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { type Build, builds, compileKernels, createMemory } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { Layout } from '../../../src/llm/engine/memory/layout.ts';
import { createMachine, type Machine } from '../../../src/llm/engine/memory/machine.ts';
import { hasMemory64 } from '../../../src/llm/engine/memory/open-memory.ts';
import * as reference from '../../../src/llm/reference/index.ts';

/* The operators beside the matrix products against the slow reference, on hostile values too. */

const edges = [
  0,
  -0,
  1e-45,
  -1e-40,
  6e-5,
  -5.9e-8,
  1,
  -1,
  65519.99,
  65520,
  -70000,
  3.4e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

const float = fc.oneof(
  { weight: 12, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 2, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(...edges.map(Math.fround)) },
);
const calm = fc.float({ min: -4, max: 4, noNaN: true });
const vector = (length: number, of = float) =>
  fc.array(of, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
const sized = (most: number) => fc.integer({ min: 1, max: most });

const bits = (values: Iterable<number>): number[] => Array.from(values, reference.bitsOf);
const epsilon = Math.fround(1e-5);

/** A place to try operators: everything is forgotten at each `start`. */
function bench(machine: Machine) {
  let layout = new Layout();
  return {
    kernels: machine.kernels,
    machine,
    start: () => {
      layout = new Layout();
    },
    take: (bytes: number) => layout.take(bytes),
    put(values: Float32Array): number {
      const at = layout.floats(values.length);
      machine.floats.set(values, at / 4);
      return at;
    },
    get: (at: number, count: number) => machine.floats.slice(at / 4, at / 4 + count),
  };
}

async function open(build: Build) {
  const module = await compileKernels(build, await readFile(wasmPath(build)));
  return bench(createMachine({ build, module, memory: createMemory(build, 256, 256) }));
}

const b = await open('single');

const elementwise: Record<
  string,
  {
    run(x: number, y: number, n: number): void;
    wanted(x: number, y: number): number;
  }
> = {
  'silu(x) * y': {
    run: (x, y, n) => b.kernels.siluTimes(x, y, 0, 1, n),
    wanted: (x, y) => reference.silu(x) * y,
  },
  'gelu-erf': { run: (x, _, n) => b.kernels.geluErf(x, 0, 1, n), wanted: reference.geluErf },
  'soft-cap': { run: (x, _, n) => b.kernels.softCap(x, n, 30), wanted: (x) => reference.softCap(x, 30) },
  sum: { run: (x, y, n) => b.kernels.addTo(x, y, n), wanted: (x, y) => x + y },
  bias: { run: (x, y, n) => b.kernels.addBias(x, 0, y, 1, n), wanted: (x, y) => x + y },
  quotient: { run: (x, _, n) => b.kernels.divideBy(x, n, 7), wanted: (x) => x / 7 },
};

describe('one after the other', () => {
  for (const [name, { run, wanted }] of Object.entries(elementwise)) {
    test(name, () =>
      forAll([sized(70).chain((n) => fc.tuple(vector(n), vector(n)))], ([x, y]) => {
        b.start();
        const at = b.put(x);
        run(at, b.put(y), x.length);
        const expected = x.map((value, i) => wanted(value, y[i] as number));
        assert.deepEqual(bits(b.get(at, x.length)), bits(expected));
      }),
    );
  }

  test('rows that lie apart', () => {
    b.start();
    const x = Float32Array.from({ length: 20 }, (_, i) => i / 4 - 2);
    const at = b.put(x);
    b.kernels.addBias(at + 8, 40, b.put(Float32Array.of(1, 2, 3)), 2, 3);
    const expected = x.map((value, i) => value + ([undefined, undefined, 1, 2, 3][i % 10] ?? 0));
    assert.deepEqual(b.get(at, 20), expected);
  });
});

describe('norms', () => {
  const input = sized(140).chain((n) => fc.tuple(vector(n), vector(n), vector(n), vector(n)));

  test('RMSNorm and LayerNorm of two rows, in place too', () =>
    forAll([input], ([x, y, weight, bias]) => {
      const n = x.length;
      b.start();
      const rows = new Float32Array(2 * n);
      rows.set(x);
      rows.set(y, n);
      const [at, out, w, k] = [b.put(rows), b.put(rows), b.put(weight), b.put(bias)];
      b.kernels.rmsNorm(at, w, out, 2, n, epsilon);
      const expected = [x, y].flatMap((row) => [...reference.rmsNorm(row, weight, epsilon)]);
      assert.deepEqual(bits(b.get(out, 2 * n)), bits(expected));
      b.kernels.layerNorm(at, w, k, at, 2, n, epsilon);
      const layer = [x, y].flatMap((row) => [...reference.layerNorm(row, weight, bias, epsilon)]);
      assert.deepEqual(bits(b.get(at, 2 * n)), bits(layer));
    }));

  test('unit length, of zeros too', () =>
    forAll([sized(100).chain((n) => fc.oneof(vector(n), fc.constant(new Float32Array(n))))], (x) => {
      b.start();
      const at = b.put(x);
      b.kernels.unitLength(at, x.length);
      assert.deepEqual(bits(b.get(at, x.length)), bits(reference.unitLength(x)));
    }));
});

describe('RoPE', () => {
  for (const order of ['adjacent', 'halves'] as const) {
    test(order, () =>
      forAll(
        [sized(20), fc.nat(2), sized(3), fc.nat(100_000), vector(2 * 3 * 44)],
        (pairs, more, heads, position, values) => {
          b.start();
          const width = 2 * (pairs + more);
          const x = values.subarray(0, 2 * heads * width);
          const table: number[] = [];
          const rows = [position, position + 1].map((each) => {
            const frequencies = reference.ropeFrequencies({
              dimensions: 2 * pairs,
              base: 10_000,
              factor: 1,
            });
            const row = reference.ropeRow(frequencies, each);
            table.push(...row.map(({ cos }) => cos), ...row.map(({ sin }) => sin));
            return row;
          });
          const at = b.put(x);
          b.kernels.rope(
            at,
            b.put(Float32Array.from(table)),
            2,
            heads,
            width,
            pairs,
            order === 'adjacent' ? 1 : 0,
          );
          const expected = x.slice();
          for (let head = 0; head < 2 * heads; head++) {
            const row = rows[head < heads ? 0 : 1] as { cos: number; sin: number }[];
            reference.rotate(expected.subarray(head * width, (head + 1) * width), row, order);
          }
          assert.deepEqual(bits(b.get(at, x.length)), bits(expected));
        },
        propertyRuns(40),
      ),
    );
  }
});

interface Case {
  readonly n: number;
  readonly groups: number;
  readonly perGroup: number;
  readonly queries: number;
  readonly position: number;
  readonly window: number;
  readonly cap: number;
  readonly causal: boolean;
  /** What is mixed into queries, keys and values. */
  readonly seed: number;
  readonly kind: 'calm' | 'hostile' | 'large' | 'tiny';
}

const cases: fc.Arbitrary<Case> = fc.record({
  n: fc.constantFrom(2, 6, 8, 12, 64, 66, 80, 128),
  groups: sized(3),
  perGroup: sized(5),
  queries: sized(9),
  position: fc.oneof(fc.nat(30), fc.integer({ min: 50, max: 200 })),
  window: fc.oneof(fc.constant(0), sized(150)),
  cap: fc.constantFrom(0, 0, 20),
  causal: fc.constantFrom(true, true, true, false),
  seed: fc.nat(2 ** 30),
  kind: fc.constantFrom('calm', 'calm', 'hostile', 'large', 'tiny'),
});

const KINDS = { calm: [2, 0], hostile: [2, 0.004], large: [40_000, 0], tiny: [1e-4, 0] } as const;

/** Attention of a case by the kernels and by the reference. */
function attend(at: ReturnType<typeof bench>, c: Case): readonly [Float32Array, Float32Array] {
  const { kernels, machine } = at;
  at.start();
  let state = c.seed | 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const [scale, share] = KINDS[c.kind];
  const values = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () =>
      next() < share ? (edges[Math.floor(next() * edges.length)] as number) : (next() * 2 - 1) * size,
    );
  const { n, groups, perGroup, queries, position } = c;
  const heads = groups * perGroup;
  const total = position + queries;
  const [k, v] = [values(total * groups * n, scale), values(total * groups * n, 2)];
  const q = values(queries * heads * n, c.kind === 'large' ? 1e6 : 2);

  const layer = 64;
  const bytes = layer + kernels.slabBytes(groups, n);
  const blocks = Array.from({ length: Math.ceil(total / 64) }, () => at.take(bytes));
  const table = at.take(blocks.length * machine.addressBytes);
  const rowBlocks = at.take(total * machine.addressBytes);
  const positions = at.take(4 * total);
  blocks.forEach((block, i) => {
    // A block that held something else before.
    machine.bytes.fill(Math.floor(next() * 256), block, block + bytes);
    kernels.clearBlock(block + layer, 1, bytes - layer);
    machine.setAddress(table, i, block);
  });
  for (let t = 0; t < total; t++) {
    machine.setAddress(rowBlocks, t, blocks[t >> 6] as number);
    machine.integers[positions / 4 + t] = t;
  }
  kernels.cacheRows(at.put(k), at.put(v), rowBlocks, positions, layer, total, groups, n);

  const scratch = at.take(kernels.attentionScratch(queries * perGroup, n));
  const [from, out] = [at.put(q), at.take(4 * q.length)];
  const window = c.causal ? c.window : 0;
  for (let group = 0; group < groups; group++) {
    const place = 4 * group * perGroup * n;
    kernels.attend(
      from + place,
      out + place,
      4 * heads * n,
      queries,
      perGroup,
      group,
      groups,
      n,
      position,
      c.causal ? -1 : total - 1,
      window,
      c.cap,
      table,
      layer,
      scratch,
    );
  }
  const throughHalf = (x: number): number => reference.halfToFloat(reference.floatToHalf(x));
  const [keys, kept] = [k.map(throughHalf), v.map(throughHalf)];
  const expected = new Float32Array(q.length);
  for (let query = 0; query < queries; query++) {
    for (let head = 0; head < heads; head++) {
      const group = Math.floor(head / perGroup);
      const part = (of: Float32Array) => (t: number) =>
        of.subarray((t * groups + group) * n, (t * groups + group + 1) * n);
      const start = (query * heads + head) * n;
      const last = c.causal ? position + query : total - 1;
      const attended = reference.attend({
        query: q.subarray(start, start + n),
        key: part(keys),
        value: part(kept),
        first: window ? Math.max(0, last - window + 1) : 0,
        last,
        ...(c.cap ? { cap: c.cap } : {}),
      });
      expected.set(attended, start);
    }
  }
  return [at.get(out, q.length), expected];
}

test('attention over the cache', () =>
  forAll(
    [cases],
    (c) => {
      const [found, expected] = attend(b, c);
      assert.deepEqual(bits(found), bits(expected));
    },
    propertyRuns(60),
  ));

describe('every build gives the same', () => {
  for (const build of builds) {
    if (build.endsWith('64') && !hasMemory64()) continue;
    test(build, async () => {
      const other = await open(build);
      await forAll([cases], (c) => assert.deepEqual(bits(attend(other, c)[0]), bits(attend(b, c)[0])), 6);
    });
  }
});

test('calm values stay calm: the cases above are not all NaN', () => {
  const [found] = attend(b, {
    n: 64,
    groups: 3,
    perGroup: 3,
    queries: 4,
    position: 130,
    window: 0,
    cap: 0,
    causal: true,
    seed: 5,
    kind: 'calm',
  });
  assert.ok(found.every(Number.isFinite));
  assert.ok(fc.sample(vector(64, calm), 1)[0]?.every(Number.isFinite));
});
