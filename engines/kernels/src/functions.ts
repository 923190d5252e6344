/** `p`: an address or a number of bytes; `i`: an integer of 32 bits; `f`: a float. The result last, `v` for none. */
export type Shape = string;

type Callable = (...args: never[]) => unknown;

/**
 * The exported functions named in `shapes`, taking and giving plain numbers: with 64-bit memory their addresses are
 * bigints. `T` is the table's functions as TypeScript knows them.
 */
export function bindFunctions<T extends { readonly [K in keyof T]: Callable }>(
  exports: WebAssembly.Exports,
  shapes: { readonly [K in keyof T]: Shape },
  memory64: boolean,
): T {
  const names = Object.keys(shapes) as (keyof T & string)[];
  return Object.fromEntries(
    names.map((name) => [name, memory64 ? wide(exports[name], shapes[name]) : exports[name]]),
  ) as T;
}

function wide(exported: WebAssembly.ExportValue | undefined, shape: Shape): Callable {
  const call = exported as (...args: (number | bigint)[]) => number | bigint | undefined;
  const wideAt = Array.from(shape, (letter) => letter === 'p');
  return (...args: number[]) => {
    const result = call(...args.map((value, i) => (wideAt[i] ? BigInt(value) : value)));
    return typeof result === 'bigint' ? Number(result) : result;
  };
}
