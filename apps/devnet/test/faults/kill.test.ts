import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { bool, fp32, int64, models } from '@isobit/exact/testing';
import type { Evidence } from '@isobit/receipt';
import { createOperator, type NodeProcess, until } from '../../src/index.ts';
import { largeModel } from '../large-model.ts';
import { allGone, childrenOf } from '../processes.ts';
import { readLog, refuseTwoFaces } from '../public-log.ts';
import { hostsKnown, type PullEvent, pull } from '../pulling.ts';
import { createScene, image, jobsOf, offered, type Scene } from '../scene.ts';

const MiB = 1024 * 1024;
const CLIENTS = 10;
const KILLS = 3;

describe('kill -9', () => {
  let scene: Scene;
  before(async () => {
    scene = await createScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  test('of a worker under load loses no receipt that a client received', async (t) => {
    const model = await scene.client.api.resolve(scene.model);
    const received: Evidence[] = [];
    const reasons = new Set<string>();
    let victim = await scene.addWorker({ name: 'victim' });

    /** Asks until the worker is gone. Whatever a client is told then is a coded error, and no false answer. */
    async function askOn(client: number, onAnswer: () => void): Promise<void> {
      const routing = { worker: victim.address };
      try {
        for (let i = 0; ; i++) {
          const question = {
            model,
            inputs: [image(client * 1000 + i)],
            routing,
            check: 'signature',
          } as const;
          received.push((await scene.client.infer(question)).evidence);
          onAnswer();
        }
      } catch (error) {
        if (!isCoded(error) || error.code.startsWith('ANSWER_')) throw error;
        reasons.add(error.code);
      }
    }

    for (let kill = 0; kill < KILLS; kill++) {
      let left = 20 + Math.floor(Math.random() * 100);
      const { address, exited, kill: end } = victim;
      const killLater = (): void => {
        if (--left === 0) end('SIGKILL');
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, client) => askOn(client, killLater)));
      await exited;
      victim = await scene.devnet.add({ name: 'victim' });
      assert.equal(victim.address, address);
      assert.ok(victim.signing, 'it signs again without help');
      await offered(scene.client, model.id, victim.address);
    }
    t.diagnostic(`${received.length} receipts; clients were told ${[...reasons].join(', ')}`);

    const question = { model, inputs: [image()], routing: { worker: victim.address } };
    received.push((await scene.client.infer({ ...question, check: 'replay' })).evidence);
    const notes = received.map(({ log }) => log?.checkpoint as string);
    const log = await until('the log to be published', async () => {
      const published = await readLog(victim.http);
      return published.checkpoint.size >= received.length && published;
    });
    for (const evidence of received) await log.holds(evidence);
    for (const note of new Set(notes)) await log.continues(note);
    refuseTwoFaces(notes);
    const places = received.map((evidence) => evidence.log?.index);
    assert.equal(new Set(places).size, received.length, 'each has a place of its own');
    assert.deepEqual((await log.audit(notes)).findings, []);
    await victim.stop();
  });

  test('in the middle of a replication costs no verified block', async () => {
    const bytes = largeModel(32);
    // They only keep and fetch bytes, and start no engine.
    const options = { roles: ['host'] } as const;
    const host = await scene.devnet.add({
      name: 'host',
      fault: { kind: 'slow-blocks', delayMs: 60 },
      options,
    });
    const { id, size } = await createOperator(host).publish({
      name: 'large',
      files: [{ path: 'model.onnx', bytes }],
    });
    let keeper = await scene.devnet.add({ name: 'keeper', options });
    await hostsKnown(keeper, id, 1);
    let seen = 0;
    for await (const { event, bytes: there = 0 } of untilBrokenOff(pull(keeper, id))) {
      if (event !== 'progress') continue;
      if (seen === 0) await createOperator(keeper).replicate(id);
      seen = there;
      if (seen > size / 4) keeper.kill('SIGKILL');
    }
    assert.ok(seen > size / 4 && seen < size, `${seen} of ${size} bytes were there when it was killed`);

    keeper = await scene.devnet.add({ name: 'keeper', options });
    const done = await until('the replication to be resumed', async () =>
      keeper.log().find(({ message, model }) => message === 'replicated' && model === id),
    );
    assert.ok(await createOperator(keeper).holds(id));
    assert.ok(
      (done['bytes'] as number) <= size - seen,
      `${done['bytes']} of ${size} fetched, ${seen} were there`,
    );
    assert.ok((done['bytes'] as number) > size / 2 - 8 * MiB, 'the rest was fetched');
    await Promise.all([host.stop(), keeper.stop()]);
  });

  describe('with two workers, of which one is cheaper,', () => {
    let worker: NodeProcess;
    let spare: NodeProcess;
    before(async () => {
      [worker, spare] = await Promise.all([
        scene.addWorker({ name: 'engine', options: { price: '0' } }),
        scene.addWorker({ name: 'spare', options: { price: '1' } }),
      ]);
    });

    test('of the process that runs a model ends that job alone, with a code and a receipt', async () => {
      const operator = createOperator(worker);
      const { id } = await operator.publish({
        name: 'loop',
        files: [{ path: 'model.onnx', bytes: models.loop() }],
      });
      await createOperator(spare).replicate(id);
      await Promise.all([worker, spare].map(({ address }) => offered(scene.client, id, address)));
      const loops = (trips: bigint) => ({
        model: id,
        inputs: [int64('trips', [], [trips]), bool('go', true), fp32('x', [1], [1])],
        routing: { exclude: scene.allBut(worker, spare) },
        check: 'signature' as const,
      });
      assert.equal((await scene.client.infer(loops(3n))).evidence.receipt.worker, worker.address);

      const endless = scene.client.infer(loops(2n ** 62n));
      const told = assert.rejects(endless, (error: unknown) => isCoded(error, 'JOB_FAILED'));
      await until('the job to run', async () => (await jobsOf(worker)).running === 1);
      for (const pid of childrenOf(worker.pid)) process.kill(pid, 'SIGKILL');
      await told;
      const answer = await scene.client.infer(loops(5n));
      assert.equal(answer.evidence.receipt.worker, worker.address, 'the same worker goes on');
      assert.equal((await operator.status()).log.size, 3, 'the run that failed has its receipt');
      assert.equal(
        (await createOperator(spare).status()).log.size,
        0,
        'a run that failed is not run elsewhere',
      );
    });

    test('of the chosen worker fails over before any answer, and never after one', async () => {
      const chosen = await scene.addWorker({
        name: 'chosen',
        fault: { kind: 'silent' },
        options: { price: '0' },
      });
      const routing = { exclude: scene.allBut(chosen, spare) };
      const question = { model: scene.model, inputs: [image()], routing, check: 'signature' } as const;

      const asked = scene.client.infer(question);
      await until('the chosen worker to have the job', async () => (await jobsOf(chosen)).running === 1);
      chosen.kill('SIGKILL');
      assert.equal((await asked).evidence.receipt.worker, spare.address);

      const last = await scene.client.infer({ ...question, routing: { worker: spare.address } });
      spare.kill('SIGKILL');
      await spare.exited;
      const again = await scene.devnet.add({ name: 'spare', options: { price: '1' } });
      const { checkpoint } = await readLog(again.http);
      assert.equal(checkpoint.size, 2, 'each question was answered once');
      assert.equal(last.evidence.log?.index, 1);
    });

    test('of a node ends the processes that it started', async () => {
      const children = childrenOf(worker.pid);
      assert.ok(children.length > 0, 'it has run models in a process');
      worker.kill('SIGKILL');
      await worker.exited;
      await allGone(children);
    });
  });
});

/** What a stream gives until the other side dies. */
async function* untilBrokenOff(events: AsyncIterable<PullEvent>): AsyncGenerator<PullEvent> {
  try {
    yield* events;
  } catch {
    // The connection broke off, as it should.
  }
}
