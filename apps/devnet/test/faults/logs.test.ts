import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { claimOf } from '@isobit/verify';
import { createOperator, until } from '../../src/index.ts';
import { readLog } from '../public-log.ts';
import { createScene, image, offered, type Scene } from '../scene.ts';

describe('logs that are not what they were', () => {
  let scene: Scene;
  before(async () => {
    scene = await createScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  const witnessOf = async (): Promise<string> =>
    ((await scene.operator.status())['witness'] as { vkey: string }).vkey;

  test('a worker that shows two faces of its log gets no cosignature on the hidden one', async () => {
    const twoFaced = await scene.addWorker({
      name: 'two-faced',
      fault: { kind: 'two-faces', dir: join(scene.dir, 'hidden-log') },
    });
    const trusting = scene.clientOf(scene.first, {
      trust: { witnesses: [{ vkey: await witnessOf() }], witnessThreshold: 1 },
    });
    const question = {
      model: scene.model,
      inputs: [image()],
      check: 'signature' as const,
      routing: { worker: twoFaced.address },
    };
    const plain = await trusting.infer(question);
    const own = claimOf(plain.verdict, 'log');
    assert.equal(own.reason, 'witness-threshold', 'its own face proves itself, and nobody witnessed it');
    const waited = await trusting.infer({ ...question, witnesses: 1 });
    const shown = claimOf(waited.verdict, 'log');
    assert.equal(shown.reason, 'witness-threshold', 'no witness ever sees the face that clients get');

    const hidden = plain.evidence.log?.checkpoint as string;
    const log = await until('both faces to have two entries', async () => {
      const published = await readLog(twoFaced.http);
      return published.checkpoint.size === 2 && published;
    });
    const { findings } = await log.audit([hidden]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['EARLIER_INCONSISTENT'],
      'one checkpoint from a client is all that an auditor needs',
    );
    await assert.rejects(log.continues(hidden));
    await assert.rejects(log.holds(plain.evidence));
  });

  test('a worker restored from a stale backup signs nothing more, and says why', async () => {
    const worker = await scene.addWorker({ name: 'stale' });
    const ask = () =>
      scene.client.infer({
        model: scene.model,
        inputs: [image()],
        check: 'signature',
        witnesses: 1,
        routing: { worker: worker.address },
      });
    await ask();
    const copy = join(scene.dir, 'backup');
    await worker.stop();
    await cp(worker.dataDir, copy, { recursive: true });

    const again = await scene.devnet.add({ name: 'stale' });
    await offered(scene.client, scene.model, again.address);
    const answer = await ask();
    assert.equal(claimOf(answer.verdict, 'log').status, 'verified');
    await again.stop();
    await rm(again.dataDir, { recursive: true });
    await cp(copy, again.dataDir, { recursive: true });

    const restored = await scene.devnet.add({ name: 'stale' });
    await until('the restored worker to refuse', async () => {
      const { signing } = (await createOperator(restored).status()) as {
        signing: { ok: boolean; stop?: string };
      };
      return !signing.ok && signing.stop === 'log-behind';
    });
    const own = scene.clientOf(restored);
    await assert.rejects(
      own.infer({
        model: scene.model,
        inputs: [image()],
        check: 'signature',
        routing: { worker: restored.address },
      }),
      (error: { code: string }) => ['JOB_UNAVAILABLE', 'JOB_MODEL_UNKNOWN', 'NO_WORKER'].includes(error.code),
    );
  });
});
