import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encodeEvidence, networkId, openGenesis } from '@isobit/receipt';
import { repositoryPath } from '@isobit/testing';
import { claimOf, placeOf, verify } from '@isobit/verify';
import { createOperator, type NodeProcess, until } from '../../src/index.ts';
import { createScene, image, jobsOf, refusalOf, type Scene } from '../scene.ts';

describe('workers that lie, and one that says nothing', () => {
  let scene: Scene;
  let honest: NodeProcess;
  before(async () => {
    scene = await createScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  test('an honest worker in its own process is confirmed by replay and by a peer', async () => {
    honest = await scene.addWorker({ name: 'honest', options: { price: '1' } });
    const question = { model: scene.model, inputs: [image()], routing: { worker: honest.address } };
    const replayed = await scene.client.infer({ ...question, check: 'replay' });
    assert.equal(claimOf(replayed.verdict, 'execution').method, 'replay');
    assert.equal(claimOf(replayed.verdict, 'log').status, 'verified');
    const peered = await scene.client.infer({ ...question, check: 'peer' });
    const claim = claimOf(peered.verdict, 'execution');
    assert.deepEqual([claim.method, claim.status, claim.by], ['peer', 'verified', scene.first.address]);
    assert.ok(peered.verdict.notChecked.some((line) => line.includes('independent')));
  });

  test('a lie in a signed output is refused, down to the value and the operator', async () => {
    const liar = await scene.addWorker({ name: 'liar', fault: { kind: 'lie' } });
    const question = { model: scene.model, inputs: [image()], routing: { worker: liar.address } };
    const refused = await refusalOf(scene.client.infer({ ...question, check: 'replay', trace: true }));
    assert.equal(refused.code, 'ANSWER_REFUTED');
    const { difference, operator, reason } = claimOf(refused.verdict, 'execution');
    assert.equal(reason, 'mismatch');
    assert.match(difference ? placeOf(difference) : '', /^scores\[/);
    assert.notEqual(difference?.claimed, difference?.computed);
    assert.deepEqual([operator?.op, operator?.kind], ['Softmax', 'output']);
    assert.ok((operator?.inputs.length ?? 0) > 0);

    const withoutReplay = await scene.client.infer({ ...question, check: 'signature' });
    assert.equal(
      claimOf(withoutReplay.verdict, 'execution').status,
      'unchecked',
      'a signature alone says nothing about the run',
    );

    const peered = await refusalOf(scene.client.infer({ ...question, check: 'peer' }));
    assert.equal(claimOf(peered.verdict, 'execution').method, 'peer');
    assert.equal(claimOf(peered.verdict, 'execution').reason, 'mismatch');

    const handed = verify(encodeEvidence(refused.evidence), {
      network: networkId(openGenesis),
      now: Date.now(),
    });
    assert.equal(claimOf(handed, 'integrity').status, 'verified', 'the evidence of the lie is itself whole');
  });

  test('a worker that runs another model is refused at the first operator that differs', async () => {
    // Engine processes read nothing outside of their node's blobs.
    const folder = join(scene.dir, 'cheat', 'blobs');
    await mkdir(folder, { recursive: true });
    const other = join(folder, 'other.onnx');
    const bytes = await readFile(repositoryPath('models/digits/model.onnx'));
    // The weights lie in the middle of the file as raw floats; their lowest bits are changed.
    for (let at = bytes.length / 2; at < bytes.length / 2 + 400; at += 4)
      bytes[at & ~3] = (bytes[at & ~3] ?? 0) ^ 1;
    await writeFile(other, bytes);
    const cheat = await scene.addWorker({ name: 'cheat', fault: { kind: 'other-model', path: other } });
    const refused = await refusalOf(
      scene.client.infer({
        model: scene.model,
        inputs: [image()],
        routing: { worker: cheat.address },
        check: 'replay',
        trace: true,
      }),
    );
    const { operator } = claimOf(refused.verdict, 'execution');
    assert.equal(operator?.kind, 'output');
    assert.ok((operator?.step ?? 99) < 17, 'found before the last operator');
  });

  test('a worker that replays an old receipt is refused as stale', async () => {
    const old = await scene.addWorker({ name: 'old', fault: { kind: 'old-receipt' } });
    const routing = { worker: old.address };
    await scene.client.infer({ model: scene.model, inputs: [image()], routing, check: 'signature' });
    const refused = await refusalOf(
      scene.client.infer({ model: scene.model, inputs: [image(1)], routing, check: 'signature' }),
    );
    assert.equal(refused.code, 'ANSWER_REFUTED');
    assert.equal(claimOf(refused.verdict, 'integrity').reason, 'stale');
  });

  test('a worker that takes a job and says nothing is left for another before the deadline', async () => {
    const mute = await scene.addWorker({ name: 'mute', fault: { kind: 'silent' }, options: { price: '0' } });
    const entries = async (node: NodeProcess) => (await createOperator(node).status()).log.size;
    const before = await entries(honest);
    // The cheaper one is asked first, and may be silent for half of the deadline.
    const question = {
      model: scene.model,
      inputs: [image()],
      check: 'signature',
      deadlineMs: 14_000,
    } as const;
    const { evidence } = await scene.client.infer({
      ...question,
      routing: { exclude: scene.allBut(mute, honest) },
    });
    assert.equal(evidence.receipt.worker, honest.address);
    await until('the job to be withdrawn', async () => (await jobsOf(mute)).running === 0);
    assert.deepEqual([await entries(honest), await entries(mute)], [before + 1, 0]);
    assert.ok(
      scene.first.log().some(({ code, worker }) => code === 'PEER_SILENT' && worker === mute.address),
    );
    const alone = scene.client.infer({ ...question, routing: { worker: mute.address }, deadlineMs: 500 });
    await assert.rejects(alone, { code: 'JOB_DEADLINE' });
  });
});
