import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { builds } from '../src/index.ts';
import { hashingPath, wasmPath } from '../src/wasm-path.ts';
import { inspect } from './inspect/inspect.ts';

const section = (id: number, ...content: number[]): number[] => [id, content.length, ...content];
const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];

const memoryImport = [...text('env'), ...text('memory'), 2, 0, 0];

/** A module whose one function has these instructions; valid, so that it is refused for what it says alone. */
function moduleOf(
  options: { code?: number[]; imports?: number[][]; more?: number[] } = {},
): Uint8Array<ArrayBuffer> {
  const { code = [], imports = [memoryImport], more = [] } = options;
  const body = [0, ...code, 0x0b];
  const module = Uint8Array.from([
    ...header,
    ...section(1, 1, 0x60, 0, 0),
    ...section(2, imports.length, ...imports.flat()),
    ...section(3, 1, 0),
    ...more,
    ...section(10, 1, body.length, ...body),
  ]);
  assert.ok(WebAssembly.validate(module), 'the test wrote a module that is not valid');
  return module;
}

const vector = [0xfd, 12, ...new Array(16).fill(0)];
const DROP = 0x1a;

describe('the binaries', () => {
  for (const path of [...builds.map(wasmPath), hashingPath()]) {
    test(`${basename(path)} has only deterministic instructions and imports only its memory`, async () => {
      const bytes = await readFile(path);
      assert.deepEqual(inspect(bytes), []);
      const module = new WebAssembly.Module(bytes);
      assert.deepEqual(WebAssembly.Module.imports(module), [
        { module: 'env', name: 'memory', kind: 'memory' },
      ]);
      assert.ok(WebAssembly.Module.exports(module).every(({ kind }) => kind === 'function'));
    });
  }
});

describe('refused', () => {
  test('nothing in a plain module', () => {
    assert.deepEqual(inspect(moduleOf({ code: [...vector, ...vector, 0xfd, 0xba, 0x01, DROP] })), []);
  });

  test('relaxed SIMD', () => {
    // f32x4.relaxed_madd is 0xfd 0x105.
    const relaxed = moduleOf({ code: [...vector, ...vector, ...vector, 0xfd, 0x85, 0x02, DROP] });
    assert.deepEqual(inspect(relaxed), ['instruction 0xfd 0x105 in function 0']);
  });

  test('growth of the memory, atomics and calls through tables', () => {
    assert.deepEqual(inspect(moduleOf({ code: [0x41, 0, 0x40, 0, DROP] })), [
      'instruction 0x40 in function 0',
    ]);
    assert.deepEqual(inspect(moduleOf({ code: [0xfe, 0x03, 0x00] })), ['instruction 0xfe in function 0']);
    const table = section(4, 1, 0x70, 0, 1);
    assert.deepEqual(inspect(moduleOf({ code: [0x41, 0, 0x11, 0, 0], more: table })), [
      'section 4',
      'instruction 0x11 in function 0',
    ]);
  });

  test('an import besides the memory', () => {
    const sine = [...text('Math'), ...text('sin'), 0, 0];
    assert.deepEqual(inspect(moduleOf({ imports: [memoryImport, sine] })), ['import Math.sin']);
  });

  test('state of its own: a global', () => {
    const global = section(6, 1, 0x7f, 1, 0x41, 0, 0x0b);
    assert.deepEqual(inspect(moduleOf({ more: global })), ['section 6']);
  });

  test('a module that ends early', () => {
    const whole = moduleOf({ code: [0x41, 0, DROP] });
    for (let length = 1; length < whole.length; length++) {
      try {
        inspect(whole.subarray(0, length));
      } catch {
        continue;
      }
      // Cut between sections it is only shorter.
      assert.ok(!WebAssembly.validate(whole.subarray(0, length)) || length >= 8);
    }
  });
});
