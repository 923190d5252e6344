import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { CodedError } from '@isobit/core';
import { textModelFile } from '@isobit/exact/testing';
import { waitFor } from '@isobit/testing';
import type { JobHandler } from '../src/index.ts';
import { publishGguf } from './apis/language-node.ts';
import { startNode, type TestNode } from './support.ts';

/** What the next worker that is asked does, whoever that is; it answers where there is nothing. */
type Fate = 'dies at once' | 'dies after a word' | 'says nothing';

describe('a gateway between its clients and two workers', () => {
  const ends: (() => unknown)[] = [];
  const t = { after: (hook: () => unknown) => void ends.unshift(hook) };
  const asked: string[] = [];
  const fates: Fate[] = [];
  /** Codes with which jobs were withdrawn from a worker that said nothing. */
  const withdrawn: string[] = [];
  let gateway: TestNode;
  let workers: readonly [TestNode, TestNode];

  const fated =
    (name: string) =>
    (handler: JobHandler): JobHandler =>
    async (job, context) => {
      asked.push(name);
      const fate = fates.shift();
      if (fate === 'says nothing') {
        await once(context.signal, 'abort');
        withdrawn.push(context.signal.reason.code);
      }
      if (fate === 'dies after a word') context.onPiece?.({ choice: 0, tokens: [1], text: 'a' });
      if (fate) throw new CodedError('JOB_UNAVAILABLE', 'this worker is going away');
      return handler(job, context);
    };

  before(async () => {
    const first = await startNode(t, {}, { decorate: { jobs: fated('first') } });
    await publishGguf(first, 'good', textModelFile({ metadata: { 'tokenizer.chat_template': TEMPLATE } }));
    const join = first.node.addresses();
    const second = await startNode(t, { join }, { decorate: { jobs: fated('second') } });
    gateway = await startNode(t, { join, roles: ['gateway'] });
    workers = [first, second];
    const [model] = (await first.json<{ models: { id: string }[] }>('/models')).models;
    const pull = JSON.stringify({ ref: model?.id });
    const pulled = await second.api.request('/api/pull', { method: 'POST', body: pull });
    assert.match(await pulled.text(), /"event":"done"/);
    const offered = () => gateway.json<{ workers: unknown[] }>('/models/good/workers');
    await waitFor(async () => (await offered()).workers.length === 2, {
      what: 'both workers to offer it',
      timeout: 30_000,
    });
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const chat = (contents: readonly string[], more: object = {}, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        model: 'good',
        max_tokens: 4,
        messages: contents.map((content) => ({ role: 'user', content })),
        ...more,
      }),
    });
  const workerOf = async (answer: Response): Promise<string> =>
    ((await answer.json()) as { isobit: { worker: string } }).isobit.worker;

  test('a worker that dies before its first word is replaced, and is told of', async () => {
    fates.push('dies at once');
    const answer = await chat(['abc'], { stream: true });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /\[DONE\]/);
    assert.deepEqual([...asked].sort(), ['first', 'second']);
    const report = gateway.reports.find(({ message }) => /given up for another/.test(message));
    assert.equal(report?.fields['code'], 'JOB_UNAVAILABLE');
  });

  test('one that dies after it ends the stream in an error, and no other begins', async () => {
    asked.length = 0;
    fates.push('dies after a word');
    const text = await (await chat(['abc'], { stream: true })).text();
    assert.match(text, /"content":"a"/);
    assert.match(text, /JOB_UNAVAILABLE/);
    assert.doesNotMatch(text, /\[DONE\]/);
    assert.equal(asked.length, 1);
  });

  test('one that says nothing has the next asked beside it, and what that takes is counted once', async () => {
    asked.length = 0;
    fates.push('says nothing', 'says nothing');
    const body = JSON.stringify({ name: 'app' });
    const { key } = await gateway.json<{ key: string }>('/api/keys', { method: 'POST', body });
    // Half of it is the longest that a worker may be silent.
    const headers = { authorization: `Bearer ${key}`, 'isobit-deadline-ms': '20000' };
    const answers = await Promise.all(
      [{}, { stream: true, stream_options: { include_usage: true } }].map(async (more) => {
        const answer = await chat(['abc'], more, headers);
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        return Number(/"total_tokens":(\d+)/.exec(text)?.[1]);
      }),
    );
    assert.equal(asked.length, 4);
    await waitFor(() => withdrawn.length === 2, { what: 'both jobs to be withdrawn' });
    assert.deepEqual(withdrawn, ['JOB_CANCELLED', 'JOB_CANCELLED']);
    const { keys } = await gateway.json<{ keys: { tokensToday: number }[] }>('/api/keys');
    assert.equal(keys[0]?.tokensToday, (answers[0] as number) + (answers[1] as number));
    const silences = gateway.reports.filter(({ fields }) => fields['code'] === 'PEER_SILENT');
    assert.equal(silences.length, 2);
    assert.match(
      await (await fetch(`${gateway.url}/metrics`)).text(),
      /jobs_total\{worker="0x[0-9a-f]{40}",ended="failed"\}/,
    );
  });

  test('a conversation stays with its worker, a demand is kept, and what nobody meets is told', async () => {
    const [first, second] = workers.map(({ node }) => node.address) as [string, string];
    const begun = await workerOf(await chat(['a'], {}, { 'isobit-worker': second }));
    assert.equal(begun, second);
    for (const contents of [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ])
      assert.equal(await workerOf(await chat(contents)), second);
    assert.equal(await workerOf(await chat(['a', 'b', 'c', 'd'], {}, { 'isobit-exclude': second })), first);
    const nobody = await chat(['a'], {}, { 'isobit-exclude': `${first},${second}` });
    assert.equal(nobody.status, 503);
    assert.match(await nobody.text(), /2 excluded by the client.*NO_WORKER/s);
    assert.equal((await chat(['a'], {}, { 'isobit-check': 'peer' })).status, 200);
    const alone = await chat(['a'], {}, { 'isobit-check': 'peer', 'isobit-exclude': first });
    assert.equal(alone.status, 503);
  });
});

const TEMPLATE = '{% for message in messages %}{{ message.content }}{% endfor %}';
