import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { need, tempDir } from '@isobit/testing';
import { hashingDigest } from '../src/digests.ts';
import { builds, compileKernels, createKernels, createMemory, digests } from '../src/index.ts';
import { hashingPath, wasmPath } from '../src/wasm-path.ts';
import type * as Compiler from './compiler/compile.ts';

// Not before it is known that the compiler is there.
let compileHashing: typeof Compiler.compileHashing;
let build: typeof Compiler.compileKernels;

describe('building', need('compiler'), () => {
  before(async () => {
    ({ compileHashing, compileKernels: build } = await import('./compiler/compile.ts'));
  });

  for (const name of builds) {
    test(`"${name}" gives the committed bytes again`, async () => {
      const committed = await readFile(wasmPath(name));
      assert.equal(createHash('sha256').update(committed).digest('hex'), digests[name]);
      assert.ok(
        Buffer.from(build(name).bytes).equals(committed),
        'the sources give another binary: run engines/kernels/test/make-wasm.ts',
      );
    });
  }

  test('the sources that hash give the committed bytes again', async () => {
    const committed = await readFile(hashingPath());
    assert.equal(createHash('sha256').update(committed).digest('hex'), hashingDigest);
    assert.ok(
      Buffer.from(compileHashing().bytes).equals(committed),
      'the sources give another binary: run engines/kernels/test/make-wasm.ts',
    );
  });

  test('an error in the sources is told', async (t) => {
    const folder = tempDir(t);
    await writeFile(join(folder, 'index.ts'), 'export function f(a: i32): v128 { return a; }\n');
    assert.throws(() => build('single', folder), /not assignable/);
    await writeFile(join(folder, 'index.ts'), "export { f } from './absent';\n");
    assert.throws(() => build('single', folder), /has no file absent/);
  });
});

describe('starting', () => {
  test('another binary is refused by its digest', async () => {
    const bytes = await readFile(wasmPath('shared'));
    await assert.rejects(compileKernels('single', bytes), (error) => isCoded(error, 'KERNELS_DIGEST'));
  });

  test('a memory of another kind is refused', async () => {
    const module = await compileKernels('single64', await readFile(wasmPath('single64')));
    assert.throws(
      () => createKernels({ build: 'single64', module, memory: createMemory('single', 1) }),
      (error) => isCoded(error, 'KERNELS_UNAVAILABLE'),
    );
  });

  test('64-bit memories reach beyond 4 GB', async () => {
    const module = await compileKernels('single64', await readFile(wasmPath('single64')));
    const memory = createMemory('single64', 65_537);
    const kernels = createKernels({ build: 'single64', module, memory });
    const at = 65_536 * 65_536;
    const x = new Float32Array(memory.buffer, at, 32).fill(2);
    assert.equal(x[31], 2);
    kernels.quantise(at, at + 128, 32, 1);
    assert.deepEqual(new Int8Array(memory.buffer, at + 136, 32), new Int8Array(32).fill(127));
  });
});
