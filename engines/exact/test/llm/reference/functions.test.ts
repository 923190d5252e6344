import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  erf,
  exp,
  exp64,
  geluErf,
  geluTanh,
  log64,
  silu,
  sinCos64,
  softCap,
  tanh,
} from '../../../src/llm/reference/index.ts';
import { createRandom } from '../random.ts';

/* The host's functions of binary64 serve as a yardstick here, and nowhere else. */

const ulp = (value: number, digits: number, least: number): number =>
  2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), least) - digits);

interface Bound {
  readonly of: (x: number) => number;
  readonly yardstick: (x: number) => number;
  readonly from: number;
  readonly to: number;
  readonly ulp?: number;
  readonly absolute?: number;
}

const random = createRandom(11);
const points = 50_000;

function within({ of, yardstick, from, to, ...bound }: Bound, digits: number): void {
  for (let i = 0; i < points; i++) {
    const between = from + ((to - from) * (random.float() + 1)) / 2;
    const x = digits === 23 ? Math.fround(between) : between;
    const wanted = yardstick(x);
    const error = Math.abs(of(x) - wanted);
    if (bound.ulp)
      assert.ok(error <= bound.ulp * ulp(wanted, digits, digits === 23 ? -126 : -1022), `ulp at ${x}`);
    if (bound.absolute) assert.ok(error <= bound.absolute, `absolute error at ${x}: ${error}`);
  }
}

/** By its series, and by its continued fraction where that converges. */
function erfYardstick(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let total = a;
    for (let n = 1; n < 80; n++) {
      term *= (-a * a) / n;
      total += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * total) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let k = 80; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

const bounds: Record<string, Bound> = {
  exp: { of: exp, yardstick: Math.exp, from: -87, to: 88, ulp: 1 },
  tanh: { of: tanh, yardstick: Math.tanh, from: -10, to: 10, ulp: 1.5 },
  erf: { of: erf, yardstick: erfYardstick, from: -4, to: 4, ulp: 3 },
  silu: { of: silu, yardstick: (x) => x / (1 + Math.exp(-x)), from: -80, to: 80, ulp: 2.5 },
  'GELU with erf': {
    of: geluErf,
    yardstick: (x) => 0.5 * x * (1 + erfYardstick(x / Math.SQRT2)),
    from: -5,
    to: 5,
    absolute: 6e-7,
  },
  'GELU with tanh': {
    of: geluTanh,
    yardstick: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    from: -5,
    to: 5,
    absolute: 7e-7,
  },
  'soft cap': {
    of: (x) => softCap(x, 30),
    yardstick: (x) => 30 * Math.tanh(x / 30),
    from: -90,
    to: 90,
    ulp: 3.5,
  },
};

for (const [name, bound] of Object.entries(bounds))
  test(`${name} of binary32 is within its bound`, () => within(bound, 23));

const bounds64: Record<string, Bound> = {
  exp: { of: exp64, yardstick: Math.exp, from: -25, to: 1, ulp: 1 },
  log: { of: log64, yardstick: Math.log, from: 1, to: 1e6, ulp: 1.5 },
  sine: { of: (x) => sinCos64(x).sin, yardstick: Math.sin, from: 0, to: 2 ** 19, absolute: 2 ** -52 },
  cosine: { of: (x) => sinCos64(x).cos, yardstick: Math.cos, from: 0, to: 2 ** 19, absolute: 2 ** -52 },
};

for (const [name, bound] of Object.entries(bounds64))
  test(`${name} of binary64 is within its bound`, () => within(bound, 52));

test('exp is one at zero, and never subnormal', () => {
  assert.equal(exp(0), 1);
  assert.equal(exp(-0), 1);
  assert.ok(exp(-87) >= 2 ** -126);
  assert.equal(exp(Math.fround(-87.00001)), 0);
  assert.equal(exp(Number.NEGATIVE_INFINITY), 0);
  assert.ok(Number.isFinite(exp(88)));
  assert.equal(exp(Math.fround(88.00001)), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(exp(Number.NaN)));
});

test('exp does not decrease, its ends included', () => {
  let before = 0;
  for (let i = 0; i <= 100_000; i++) {
    const value = exp(Math.fround(-88 + (177 * i) / 100_000));
    assert.ok(value >= before, `at step ${i}`);
    before = value;
  }
});
