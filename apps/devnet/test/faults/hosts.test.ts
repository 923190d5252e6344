import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createOperator } from '../../src/index.ts';
import { largeModel } from '../large-model.ts';
import { hostsKnown, type PullEvent, pull } from '../pulling.ts';
import { createScene, type Scene } from '../scene.ts';

/** Nodes of this file only keep and fetch bytes: they start no engine. */
const options = { roles: ['host'] } as const;

const origin = (url: string | undefined): string => new URL(url ?? '').origin;

describe('hosts that fail', () => {
  let scene: Scene;
  before(async () => {
    scene = await createScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  test('one that serves bad blocks is dropped and named, and the pull succeeds from another', async () => {
    const files = [{ path: 'model.onnx', bytes: largeModel(24) }];
    const { id, size } = await scene.operator.publish({ name: 'large', files });
    const [bad, puller] = await Promise.all([
      scene.devnet.add({ name: 'bad', fault: { kind: 'bad-blocks' }, options }),
      scene.devnet.add({ name: 'puller', options }),
    ]);
    await createOperator(bad).replicate(id);
    await hostsKnown(puller, id, 2);
    const events = await Array.fromAsync(pull(puller, id));
    const dropped = events.filter(({ event }) => event === 'dropped');
    assert.equal(dropped.length, 1, 'the bad host, once');
    assert.equal(origin(dropped[0]?.source), origin(bad.http));
    assert.equal(dropped[0]?.reason, 'SOURCE_BAD_BLOCK');
    assert.ok(Number.isInteger(dropped[0]?.block), 'the block is named');
    const { event, fetched } = events.at(-1) as PullEvent;
    assert.deepEqual([event, fetched], ['done', size]);
    assert.ok(await createOperator(puller).holds(id));
  });

  test('one that gives a trickle does not hold up a pull that another host can serve', async () => {
    const files = [{ path: 'model.onnx', bytes: largeModel(8) }];
    const { id, size } = await scene.operator.publish({ name: 'slow', files });
    const [slow, puller] = await Promise.all([
      scene.devnet.add({ name: 'slow', fault: { kind: 'slow-blocks', delayMs: 60_000 }, options }),
      scene.devnet.add({ name: 'hurried', options }),
    ]);
    await createOperator(slow).replicate(id);
    await hostsKnown(puller, id, 2);
    const began = performance.now();
    const last = (await Array.fromAsync(pull(puller, id))).at(-1);
    assert.deepEqual([last?.event, last?.fetched], ['done', size]);
    assert.ok(performance.now() - began < 60_000, 'before the slow host gave a block');
  });

  test('with nothing but bad hosts the pull fails, and says so with a code', async () => {
    const [bad, puller] = await Promise.all([
      scene.devnet.add({ name: 'only-bad', fault: { kind: 'bad-blocks' }, options }),
      scene.devnet.add({ name: 'hopeless', options }),
    ]);
    const files = [{ path: 'model.onnx', bytes: largeModel(2) }];
    const { id } = await createOperator(bad).publish({ name: 'spoiled', files });
    await hostsKnown(puller, id, 1);
    const last = (await Array.fromAsync(pull(puller, id))).at(-1) as PullEvent & { error: string };
    assert.deepEqual([last.event, last.code], ['error', 'PULL_FAILED']);
    assert.match(last.error, new RegExp(origin(bad.http).replaceAll('.', '\\.')), 'the host is named');
    assert.equal(await createOperator(puller).holds(id), false);
  });
});
