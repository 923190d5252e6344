import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CodedError, isCoded } from '@isobit/core';
import { createScene, image, type Scene } from '../scene.ts';
import { type Asking, createAsking } from './asking.ts';

describe('questions that no worker runs', () => {
  let scene: Scene;
  let asking: Asking;

  before(async () => {
    scene = await createScene();
    asking = createAsking(scene);
  });
  after(() => scene[Symbol.asyncDispose]());

  test('questions that do not fit the model, ten at once, are refused by their codes', async () => {
    const answers = await Promise.all([
      asking.infer({}, { shape: [1, 1, 28, 27] }),
      asking.infer({}, { shape: [1, 784] }),
      asking.infer({}, { shape: [1e9, 1e9, 28, 28] }),
      asking.infer({}, { datatype: 'FP64' }),
      asking.infer({}, { datatype: 'FP8' }),
      asking.infer({}, { name: 'picture' }),
      asking.infer({}, { data: ['NaN', ...Array.from({ length: 782 }, () => 0), 'nonsense'] }),
      asking.infer({ surprise: 1 }),
      asking.infer({ inputs: [] }),
      asking.post(`/v2/models/${scene.model}/infer`, '{"inputs":[{"data":[NaN]}]}'),
    ]);
    for (const { status } of answers) assert.equal(status, 400);
    assert.deepEqual(
      answers.map(({ code }) => code),
      [
        'INFER_SHAPE',
        'INFER_SHAPE',
        'INFER_SHAPE',
        'INFER_DATATYPE',
        'INFER_DATATYPE',
        'INFER_INPUT',
        'INFER_VALUE',
        'INFER_MALFORMED',
        'INFER_INPUT',
        'INFER_MALFORMED',
      ],
    );
    const nan = await asking.infer({}, { data: Array.from({ length: 784 }, () => 'NaN') });
    assert.equal(nan.status, 200, 'NaN itself is a number like others');
    await asking.goesOn();
  });

  test('jobs with unknown fields and versions, of another network or for an unknown model are refused', async () => {
    const answers = await Promise.all([
      asking.post('/jobs', asking.jobWith({ surprise: 1 })),
      asking.post('/jobs', asking.jobWith({ isobit: 'job/2' })),
      asking.post('/jobs', asking.jobWith({ nonce: 'x' })),
      asking.post('/jobs', '{'),
      asking.post('/jobs?surprise=1', asking.jobWith({})),
      asking.post('/jobs', asking.jobWith({}), { 'content-type': 'text/plain' }),
      asking.post('/jobs?worker=0x0000000000000000000000000000000000000001', asking.jobWith({})),
    ]);
    assert.deepEqual(
      answers.map(({ code }) => code),
      [
        'JOB_MALFORMED',
        'JOB_VERSION',
        'JOB_MALFORMED',
        'JOB_MALFORMED',
        'PARAMETER_UNKNOWN',
        'BODY_TYPE',
        'JOB_MODEL_UNKNOWN',
      ],
    );
    const elsewhere = await asking.post('/jobs', asking.jobWith({ network: '11'.repeat(32) }));
    assert.equal(elsewhere.code, 'JOB_NETWORK');
    assert.equal((await asking.post('/v2/models/nothing/infer', '{}')).code, 'MODEL_UNKNOWN');
    assert.equal((await asking.post('/surprise', '{}')).code, 'ROUTE_UNKNOWN');
    await asking.goesOn();
  });

  test('a flood of jobs meets a bound: what does not fit is told when to ask again', async () => {
    const small = await scene.addWorker({ name: 'small', options: { maxQueued: 2 } });
    const routing = { worker: small.address };
    const question = { model: scene.model, inputs: [image(0, 50)], routing, check: 'signature' } as const;
    const asked = await Promise.allSettled(
      Array.from({ length: 60 }, () => scene.clientOf(small).infer(question)),
    );
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as CodedError] : []));
    assert.ok(refused.length > 0 && refused.length < 60, `${refused.length} of 60 were refused`);
    for (const { code, details } of refused) {
      assert.deepEqual([code, details['status']], ['JOB_BUSY', 429]);
      assert.ok((details['retryAfterMs'] as number) > 0);
    }
    await scene.clientOf(small).infer(question);
    await small.stop();
  });

  test('a job that is withdrawn or late is told so', async () => {
    const late = await scene.client
      .infer({ model: scene.model, inputs: [image(0, 2000)], check: 'none', deadlineMs: 1 })
      .catch((error: unknown) => error);
    assert.ok(isCoded(late, 'JOB_DEADLINE'), String(late));
    await asking.goesOn();
  });
});
