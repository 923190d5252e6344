import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCoded } from '@isobit/core';
import { tempDir } from '@isobit/testing';
import { exactError } from '../../src/index.ts';
import { EngineProcess } from '../../src/process/engine-process.ts';
import { type ChildEntry, launch } from '../../src/process/launch.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const engine = { name: 'probe', version: '1' };

const entry = (path: string): ChildEntry => ({ path, engine, codeRoots: [fixtures], addons: false });

test('an engine process has no network, no environment, no writing, and reads only its roots', async (t) => {
  const roots = tempDir(t);
  const outside = tempDir(t);
  writeFileSync(join(roots, 'model.onnx'), 'model');
  writeFileSync(join(outside, 'key'), 'secret');
  process.env['ISOBIT_TEST_SECRET'] = 'secret';
  t.after(() => delete process.env['ISOBIT_TEST_SECRET']);
  const args = [join(outside, 'key'), join(roots, 'model.onnx')];
  const options = {
    entry: { ...entry(join(fixtures, 'probe.ts')), args },
    memoryMiB: 64,
    readRoots: [roots],
  };
  const child = new EngineProcess(launch(options));
  const { reply } = await child.ready();
  child.kill(exactError('RUNTIME_DISPOSED', 'the test is over'));
  await child.exited;
  const denied = 'ERR_ACCESS_DENIED';
  const sealed = 'ERR_ENGINE_SEALED';
  assert.deepEqual((reply as unknown as { found: unknown }).found, {
    environment: [],
    netConnect: sealed,
    namedConnect: sealed,
    socketConnect: sealed,
    tls: sealed,
    http: sealed,
    fetch: sealed,
    listen: sealed,
    udp: sealed,
    lookup: sealed,
    readSecret: denied,
    readAllowed: 'done',
    write: denied,
    spawn: denied,
    binding: denied,
    addon: 'ERR_DLOPEN_DISABLED',
    memory: 'RangeError: WebAssembly.Memory(): could not allocate memory',
  });
});

test('a folder whose name would widen the grant is refused', () => {
  const options = { entry: entry(join(fixtures, 'probe.ts')), memoryMiB: 64, readRoots: ['/tmp/*'] };
  assert.throws(
    () => launch(options),
    (error) => isCoded(error, 'ENGINE_UNAVAILABLE'),
  );
});

test('an entry that does not exist is a coded error that says why', async () => {
  const child = new EngineProcess(
    launch({ entry: entry(join(fixtures, 'absent.ts')), memoryMiB: 64, readRoots: [] }),
  );
  await assert.rejects(
    child.ready(),
    (error) => isCoded(error, 'ENGINE_CRASHED') && /absent/.test((error as Error).message),
  );
});
