import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient } from '@isobit/client';
import { CodedError } from '@isobit/core';
import type { Runtime } from '@isobit/exact';
import { receiptDigest } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { claimOf } from '@isobit/verify';
import { createNode, defaultOptions } from '../src/index.ts';
import {
  digitsModel,
  folderFor,
  infer,
  publish,
  seven,
  startNode,
  type TestNode,
  volatilityModel,
} from './support.ts';

const image = {
  name: 'image',
  datatype: 'FP32',
  shape: [1, 1, 28, 28],
  data: new Uint8Array(3136),
} as const;

const holds = async (node: TestNode, id: string): Promise<boolean> =>
  (await node.json<{ models: { id: string; held: boolean }[] }>('/api/models')).models.some(
    (model) => model.id === id && model.held,
  );

describe('nodes together', () => {
  test('a gateway passes an answer on, and can show its receipt and where it is logged', async (t) => {
    const worker = await startNode(t);
    const id = await publish(worker, await digitsModel(), 'digits');
    const gateway = await startNode(t, { roles: ['gateway'], join: worker.node.addresses() });
    await waitFor(async () => (await gateway.api.workers(id)).length === 1, {
      what: 'the worker to be known',
    });
    const answer = await infer(gateway, await seven());
    assert.equal(answer.status, 200, await answer.clone().text());
    const digest = answer.headers.get('isobit-receipt') as string;
    const evidence = await gateway.api.evidence(digest);
    assert.equal(evidence.receipt.worker, worker.node.address);
    assert.ok(evidence.log && evidence.manifest);
    assert.equal(evidence.request, undefined, 'what was asked is kept nowhere');
    const verdict = await createClient({ baseUrl: gateway.url }).verify(evidence);
    assert.equal(claimOf(verdict, 'log').status, 'verified');
    const receipt = await gateway.json('/receipts/'.concat(digest));
    assert.deepEqual(receipt, JSON.parse(JSON.stringify(evidence.receipt)));
    const own = await worker.api.evidence(digest);
    assert.equal(own.log?.index, evidence.log?.index);
  });

  test('bytes come over libp2p from a node without HTTP', async (t) => {
    const dataDir = await folderFor(t);
    const before = await startNode(t, { dataDir });
    const id = await publish(before, await digitsModel(), 'digits');
    await before.node[Symbol.asyncDispose]();
    const silent = await startNode(t, { dataDir, http: undefined });
    assert.equal(silent.node.httpUrl, undefined);
    const puller = await startNode(t, { roles: ['host'], join: silent.node.addresses() });
    await waitFor(
      async () => (await puller.json<{ hosts: unknown[] }>(`/models/${id}/hosts`)).hosts.length === 1,
      { what: 'the host to be known', timeout: 20_000 },
    );
    const answer = await puller.api.request('/api/pull', {
      method: 'POST',
      body: JSON.stringify({ ref: id }),
    });
    assert.match(answer.headers.get('content-type') ?? '', /ndjson/);
    const events = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    assert.deepEqual(
      [events[0]?.event, events.at(-1)?.event],
      ['start', 'done'],
      JSON.stringify(events.at(-1)),
    );
    assert.ok(await holds(puller, id));
  });

  test('a node told to keep all does, but for what its operator removed', async (t) => {
    const host = await startNode(t, { roles: ['host'] });
    const id = await publish(host, await digitsModel(), 'digits');
    const keeper = await startNode(t, { roles: ['host'], join: host.node.addresses() });
    await keeper.api.request('/api/replicate', { method: 'POST', body: '{"all":true}' });
    await waitFor(() => holds(keeper, id), { what: 'the model to be here' });
    const { freed } = await keeper.json<{ freed: number }>(`/api/models/${id}`, { method: 'DELETE' });
    assert.ok(freed > 0);
    const other = await publish(host, await volatilityModel(), 'other');
    await waitFor(() => holds(keeper, other), { what: 'a later model to be here' });
    assert.equal(await holds(keeper, id), false);
  });
});

/** Lets runs begin only when so many of them are there: what the machine's speed would else decide. */
function meeting(size: number) {
  const there: (() => void)[] = [];
  let isOver = false;
  const arrive = async (): Promise<void> => {
    if (isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    there.push(resolve);
    if (there.length === size) for (const go of there.splice(0)) go();
    await promise;
  };
  const decorate = (runtime: Runtime): Runtime => ({
    profile: runtime.profile,
    engine: runtime.engine,
    takes: (manifest) => runtime.takes(manifest),
    async load(source, options) {
      const model = await runtime.load(source, options);
      return {
        execute: (request, how) => arrive().then(() => model.execute(request, how)),
        [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  });
  return {
    decorate,
    end: () => {
      isOver = true;
    },
  };
}

describe('a worker', () => {
  test('that has more than it takes says when to come back, over both routes', async (t) => {
    const together = meeting(8);
    const node = await startNode(t, { maxQueued: 1 }, { decorate: { runtime: together.decorate } });
    await publish(node, await digitsModel(), 'digits');
    const body = await seven();
    const answers = await Promise.all(Array.from({ length: 8 }, () => infer(node, body)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0, 'some of them are refused');
    assert.ok(
      answers.some(({ status }) => status === 200),
      'and some are answered',
    );
    assert.ok(answers.every(({ status }) => status === 200 || status === 429));
    for (const answer of refused) {
      assert.ok(Number(answer.headers.get('retry-after')) >= 1);
      assert.equal(((await answer.json()) as { code: string }).code, 'JOB_BUSY');
    }
    const client = createClient({ baseUrl: node.url });
    const asked = Array.from({ length: 8 }, () => client.infer({ model: 'digits', inputs: [image] }));
    const busy = (await Promise.allSettled(asked)).filter((end) => end.status === 'rejected');
    assert.ok(busy.length > 0);
    for (const { reason } of busy) {
      assert.equal((reason as CodedError).code, 'JOB_BUSY');
      assert.ok(Number((reason as CodedError).details['retryAfterMs']) > 0);
    }
    together.end();
    assert.equal((await infer(node, body)).status, 200, 'and then it goes on');
  });

  test('answers many at once, each with a receipt of its own that can be shown', async (t) => {
    const node = await startNode(t);
    await publish(node, await digitsModel(), 'digits');
    const client = createClient({ baseUrl: node.url, check: 'signature' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.infer({ model: 'digits', inputs: [image] })),
    );
    const digests = new Set(answers.map(({ evidence }) => receiptDigest(evidence.receipt)));
    assert.equal(digests.size, 20);
    assert.ok(
      answers.some(({ evidence }) => evidence.receipt.signature.batch),
      'some share a signature',
    );
    for (const { verdict } of answers) assert.equal(claimOf(verdict, 'log').status, 'verified');
    for (const digest of digests) assert.ok((await node.api.evidence(digest)).log);
  });

  test('that may not sign offers nothing and takes nothing', async (t) => {
    const closing = Promise.withResolvers<void>();
    const node = await startNode(
      t,
      {},
      {
        decorate: {
          jobs: (handler) => async (job, options) => {
            await closing.promise;
            return handler(job, options);
          },
          receiptLog: () => ({
            append: () => Promise.reject(new CodedError('LOG_FORKED', 'a witness saw another log')),
          }),
        },
      },
    );
    const id = await publish(node, await digitsModel(), 'digits');
    assert.equal((await node.api.workers(id)).length, 1);
    closing.resolve();
    const answer = await infer(node, await seven());
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /JOB_UNAVAILABLE/);
  });
});

describe('a node that can not start', () => {
  test('says that its folder is in use, and leaves it as it was', async (t) => {
    const dataDir = await folderFor(t);
    const node = await startNode(t, { dataDir, roles: ['host'] });
    const options = { ...defaultOptions(dataDir), http: undefined };
    await assert.rejects(createNode(options), { code: 'DATA_IN_USE' });
    assert.equal((await node.api.request('/api/status')).status, 200);
  });

  test('frees all that it had opened when its port is taken', async (t) => {
    const busy = await startNode(t, { roles: ['gateway'] });
    const dataDir = await folderFor(t);
    const port = Number(new URL(busy.url).port);
    const options = { ...defaultOptions(dataDir), roles: ['gateway'] as const };
    await assert.rejects(createNode({ ...options, http: { host: '127.0.0.1', port } }), {
      code: 'LISTEN_FAILED',
    });
    await using again = await createNode({ ...options, http: undefined });
    assert.ok(again.address);
  });
});
