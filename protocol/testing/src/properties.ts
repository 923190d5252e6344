import fc from 'fast-check';

const LONG_FACTOR = 100;

/** Runs of a property test: `base`, or a hundred times that in `npm run test:long`. */
export function propertyRuns(base = 100): number {
  return process.env['ISOBIT_LONG'] === '1' ? base * LONG_FACTOR : base;
}

/** Asserts that the predicate neither throws nor gives false, for values of each of the arbitraries. */
export async function forAll<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  predicate: (...values: Values) => boolean | void | Promise<boolean | void>,
  runs: number = propertyRuns(),
): Promise<void> {
  const property = fc.asyncProperty(fc.tuple<Values>(...arbitraries), async (values) => predicate(...values));
  await fc.assert(property, { numRuns: runs });
}
