import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import {
  ELEMENT,
  fp32,
  hostileSource,
  model,
  models,
  node,
  ramp,
  runtimeSuite,
  sourceOf,
  value,
} from '@isobit/exact/testing';
import { need, repositoryPath } from '@isobit/testing';

/** Imported when a test runs: without the native engine even finding it fails. */
const native = () => import('../src/index.ts');
const create = async () =>
  (await native()).createNativeRuntime({ allow: () => true, readRoots: [], memoryMiB: 512 });
const code = (expected: string) => (error: unknown) => isCoded(error, expected);

runtimeSuite('native, in an engine process', ['native'], create);

test('the engine is the one that is installed', need('native'), async () => {
  const { nativeEngine } = await native();
  const path = repositoryPath('engines/native/node_modules/onnxruntime-node/package.json');
  assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version, nativeEngine.version);
});

test('what a node imports loads no native code', need('native'), () => {
  const script = `
    await import('@isobit/native');
    console.log(process.report.getReport().sharedObjects.filter((path) => path.includes('onnxruntime')).length);
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repositoryPath('engines/native'),
    encoding: 'utf8',
  });
  assert.equal(stdout.trim(), '0');
});

test('only models that the operator allowed are loaded', need('native'), async () => {
  const { createNativeRuntime } = await native();
  await using runtime = createNativeRuntime({ allow: ({ title }) => title === 'mine', readRoots: [] });
  await assert.rejects(runtime.load(sourceOf(models.scalar())), code('MODEL_NOT_ALLOWED'));
  await using loaded = await runtime.load(sourceOf(models.scalar(), { title: 'mine' }));
  assert.deepEqual((await loaded.run([fp32('x', [], [2])])).outputs, [fp32('y', [], [-2])]);
});

test(
  'external data is refused before the engine sees it; random operators are not',
  need('native'),
  async () => {
    await using runtime = await create();
    const graph = { input: [value('x', ELEMENT.FLOAT, ['n'])], output: [value('y', ELEMENT.FLOAT, ['n'])] };
    const external = {
      name: 'w',
      dataType: ELEMENT.FLOAT,
      dims: [1],
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'passwd' }],
    };
    const reaching = model({ ...graph, node: [node('Add', ['x', 'w'], ['y'])], initializer: [external] });
    await assert.rejects(runtime.load(hostileSource(reaching)), code('MODEL_EXTERNAL_DATA'));
    await using random = await runtime.load(
      sourceOf(model({ ...graph, node: [node('RandomNormalLike', ['x'], ['y'])] })),
    );
    assert.deepEqual((await random.run([fp32('x', [4], ramp(4))])).outputs[0]?.shape, [4]);
  },
);
