import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CodedError, type NodeKey, nodeKey } from '@isobit/core';
import type { Dispatcher } from '@isobit/gateway';
import type { RunJob } from '@isobit/network';
import {
  createTextRequest,
  createTextResponse,
  type Job,
  type JobAnswer,
  llmExact,
  type OfferBody,
  signReceipt,
} from '@isobit/receipt';
import { createDispatcher } from '../../src/roles/gateway/dispatcher.ts';
import { WorkerRecords } from '../../src/roles/gateway/worker-records.ts';
import { network, someBody, someJob, someModel } from './samples.ts';

const keys = [1, 2, 3].map((n) => nodeKey(new Uint8Array(32).fill(n))) as [NodeKey, NodeKey, NodeKey];
const [first, second, third] = keys.map(({ address }) => address) as [string, string, string];
const signal = new AbortController().signal;
const coded = (code: string, details = {}) => new CodedError(code, `told ${code}`, details);

interface Worker {
  readonly run: RunJob;
  readonly price?: string;
  readonly profiles?: readonly string[];
  readonly load?: OfferBody['load'];
}

/** Workers that are equally far away; the first key's is this node's own where `own` is given. */
function network3(workers: Readonly<Record<string, Worker>>, own?: Worker) {
  const asked: string[] = [];
  const given: string[] = [];
  const records = new WorkerRecords();
  const offerOf = ({ price = '0', profiles = [llmExact.name], load }: Worker) => ({
    models: [{ id: someModel, profiles, price }],
    load: load ?? { running: 0, queued: 0, capacity: 1 },
  });
  const { dispatch }: Dispatcher = createDispatcher({
    network: {
      self: first,
      offers: () =>
        Object.entries(workers).map(([node, worker]) => ({
          offer: { ...offerOf(worker), node },
          latencyMs: 1,
        })) as never,
      async runJob(node, ...rest) {
        asked.push(node);
        return (workers[node] as Worker).run(node, ...rest);
      },
    },
    ownNetwork: network,
    records,
    local: own && {
      handler: (job, { onPiece, ...rest }) => {
        asked.push(first);
        return own.run(first, job, {
          ...rest,
          onProgress({ pieces }) {
            for (const piece of pieces) onPiece?.(piece);
          },
        });
      },
      offer: () => offerOf(own) as unknown as OfferBody,
    },
    onForeign: () => {},
    onAttempt: ({ node, code }) => given.push(`${node} ${code}`),
  });
  return { dispatch, asked, given, records };
}

const chat = (...contents: string[]): Job => ({
  ...someJob,
  progress: true,
  request: createTextRequest({
    model: someModel,
    profile: llmExact.name,
    salt: new Uint8Array(32),
    prompt: { messages: contents.map((content) => ({ role: 'user', content })), now: 1 },
    maxTokens: 9,
  }),
});

const answerOf = (node: string, job: Job): JobAnswer => {
  const key = keys.find(({ address }) => address === node) as NodeKey;
  const body = someBody(key);
  return {
    isobit: 'job-answer/1',
    receipt: signReceipt({ ...body, details: { ...body.details, nonce: job.nonce } }, key),
    response: createTextResponse({ promptTokens: 1, choices: [{ text: 'a', tokens: [1], finish: 'stop' }] }),
  };
};
const good: Worker = { run: async (node, job) => answerOf(node, job) };
const tells = (then: () => Promise<JobAnswer>): Worker => ({
  run: async (_, __, options) => {
    options?.onProgress?.({ isobit: 'job-progress/1', pieces: [{ choice: 0, tokens: [1], text: 'a' }] });
    return then();
  },
});
const fails = (code: string, details = {}): Worker => ({ run: () => Promise.reject(coded(code, details)) });

describe('failing over', () => {
  test('a worker that dies before its first word is replaced by the next, here as elsewhere', async () => {
    for (const own of [undefined, fails('JOB_UNAVAILABLE')]) {
      const { dispatch, asked, given } = network3({ [second]: fails('PEER_RESET'), [third]: good }, own);
      const { answer } = await dispatch(chat('a'), { signal });
      assert.equal(answer.receipt.worker, third);
      assert.deepEqual(new Set(asked).size, asked.length, 'nobody is asked twice');
      assert.ok(given.every((one) => /PEER_RESET$|JOB_UNAVAILABLE$/.test(one)));
    }
  });

  test('one that dies after its first word ends the job, and no other is asked', async () => {
    const dies = () => Promise.reject(coded('PEER_RESET'));
    for (const [workers, own] of [
      [{ [second]: tells(dies) }, undefined],
      [{ [second]: { ...good, price: '1' } }, tells(dies)],
    ] as const) {
      const { dispatch, asked } = network3(workers, own);
      const told: unknown[] = [];
      const running = dispatch(chat('a'), { signal, onProgress: (progress) => told.push(progress) });
      await assert.rejects(running, { code: 'PEER_RESET' });
      assert.deepEqual([asked.length, told.length], [1, 1]);
    }
  });

  test('one that failed is asked last from then on, and is asked again where it is the only one', async () => {
    let isDead = true;
    const flaky: Worker = {
      run: async (node, job) => {
        if (isDead) throw coded('NODE_UNREACHABLE');
        return answerOf(node, job);
      },
    };
    const { dispatch, asked } = network3({ [second]: flaky, [third]: { ...good, price: '1' } });
    await dispatch(chat('a'), { signal });
    await dispatch(chat('b'), { signal });
    assert.deepEqual(asked, [second, third, third]);
    isDead = false;
    await dispatch(chat('c'), { signal, exclude: [third] });
    await dispatch(chat('d'), { signal });
    assert.deepEqual(asked.slice(3), [second, second], 'an answer ends its rest');
  });

  test('what was asked is blamed on no worker', async () => {
    const { dispatch, asked } = network3({
      [second]: fails('JOB_INPUT_INVALID'),
      [third]: { ...good, price: '1' },
    });
    for (const text of ['a', 'b'])
      await assert.rejects(dispatch(chat(text), { signal }), { code: 'JOB_INPUT_INVALID' });
    assert.deepEqual(asked, [second, second]);
  });

  test('a worker that answers something else is asked last from then on', async () => {
    const other: Worker = { run: async (node, job) => answerOf(node, { ...job, nonce: 'd'.repeat(64) }) };
    const { dispatch, asked, records } = network3({ [second]: other, [third]: { ...good, price: '1' } });
    await dispatch(chat('a'), { signal });
    await dispatch(chat('b'), { signal });
    assert.deepEqual(asked, [second, third]);
    assert.equal(records.list().find(({ node }) => node === second)?.ended.failed, 1);
  });
});

describe('a worker that says nothing', () => {
  const hangs: Worker = {
    run: (_, __, options) =>
      new Promise((_resolve, reject) =>
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
      ),
  };
  /** What was said or withdrawn has been seen. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const endings = ({ records }: ReturnType<typeof network3>, worker: string) =>
    records.list().find(({ node }) => node === worker)?.ended;

  test('is left for the next one in time, here as elsewhere, and is asked last from then on', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    for (const [workers, own, mute] of [
      [{ [second]: hangs, [third]: { ...good, price: '1' } }, undefined, second],
      [{ [third]: { ...good, price: '1' } }, hangs, first],
    ] as const) {
      const scene = network3(workers, own);
      const { dispatch, asked, given } = scene;
      const running = dispatch({ ...chat('a'), deadlineMs: 600_000 }, { signal });
      t.mock.timers.tick(31_999);
      assert.deepEqual(asked, [mute], 'one that nobody knows may have a model to load');
      t.mock.timers.tick(1);
      assert.equal((await running).answer.receipt.worker, third);
      assert.deepEqual(given, [`${mute} PEER_SILENT`]);
      await settled();
      assert.deepEqual(endings(scene, mute), { answered: 0, failed: 1, busy: 0, neither: 0 });
      await dispatch(chat('b'), { signal });
      assert.deepEqual(asked, [mute, third, third]);
    }
  });

  test('is left sooner where it was quick before, and no sooner where it was slow', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    for (const [firstMs, patience] of [
      [40, 5_000],
      [9_000, 8 * 9_000],
    ] as const) {
      const known = network3({ [second]: hangs, [third]: { ...good, price: '1' } });
      known.records.begin(
        second,
        `${someModel} ${llmExact.name}`,
      )({
        kind: 'answered',
        times: { firstMs, runMs: firstMs },
      });
      const running = known.dispatch({ ...chat('a'), deadlineMs: 600_000 }, { signal });
      t.mock.timers.tick(patience - 1);
      assert.deepEqual(known.asked, [second]);
      t.mock.timers.tick(1);
      await running;
      assert.deepEqual(known.asked, [second, third]);
    }
  });

  test('keeps the job where it does speak, and the other is no worse for that', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow: Worker = { run: async (node, job) => promise.then(() => answerOf(node, job)) };
    const scene = network3({ [second]: slow, [third]: { ...hangs, price: '1' } });
    const running = scene.dispatch({ ...chat('a'), deadlineMs: 600_000 }, { signal });
    t.mock.timers.tick(32_000);
    assert.deepEqual(scene.asked, [second, third]);
    resolve();
    assert.equal((await running).answer.receipt.worker, second);
    await settled();
    assert.deepEqual(endings(scene, second), { answered: 1, failed: 0, busy: 0, neither: 0 });
    assert.deepEqual(endings(scene, third), { answered: 0, failed: 0, busy: 0, neither: 1 });
  });

  test('is waited for where the client named it, or where nobody else is there', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const client = new AbortController();
    const named = network3({ [second]: hangs, [third]: good });
    const alone = network3({ [second]: hangs });
    const running = [
      named.dispatch({ ...chat('a'), deadlineMs: 600_000 }, { signal: client.signal, worker: second }),
      alone.dispatch({ ...chat('a'), deadlineMs: 600_000 }, { signal: client.signal }),
    ];
    t.mock.timers.tick(599_000);
    client.abort(coded('JOB_CANCELLED'));
    for (const one of running) await assert.rejects(one, { code: 'JOB_CANCELLED' });
    assert.deepEqual([named.asked, alone.asked], [[second], [second]]);
  });

  test('of a conversation that it holds has little to read', async (t) => {
    const long = 'once upon a time '.repeat(4_000);
    const workers: Record<string, Worker> = { [second]: good, [third]: good };
    const { dispatch, asked, records } = network3(workers);
    await dispatch(chat(long), { signal });
    const [holder] = asked as [string];
    workers[holder] = hangs;
    records.begin(
      holder,
      `${someModel} ${llmExact.name}`,
    )({
      kind: 'answered',
      times: { firstMs: 9, runMs: 9, characterMs: 9 },
    });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const running = dispatch({ ...chat(long, 'a', 'b'), deadlineMs: 600_000 }, { signal });
    t.mock.timers.tick(5_000);
    await running;
    assert.equal(asked.length, 3);
  });
});

test('words are asked of every worker, and only told to a client that wants them', async () => {
  const { dispatch } = network3({ [second]: tells(async () => answerOf(second, chat('a'))) });
  const { progress: _, ...plain } = chat('a');
  assert.equal((await dispatch(plain, { signal })).answer.receipt.worker, second);
  const asked: (boolean | undefined)[] = [];
  const watched: Worker = {
    profiles: [llmExact.name, someJob.request.profile],
    async run(node, job) {
      asked.push(job.progress);
      return answerOf(node, job);
    },
  };
  await network3({ [second]: watched }).dispatch(plain, { signal });
  await network3({ [second]: watched }).dispatch(someJob, { signal });
  assert.deepEqual(asked, [true, undefined]);
});

describe('conversations', () => {
  test('stay with the worker that answered, and leave it without error when it is busy or gone', async () => {
    const workers: Record<string, Worker> = { [second]: good, [third]: good };
    const { dispatch, asked } = network3(workers);
    await dispatch(chat('a'), { signal });
    const [holder] = asked as [string];
    const other = holder === second ? third : second;
    for (const contents of [
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd', 'e'],
    ])
      await dispatch(chat(...contents), { signal });
    assert.deepEqual(asked, [holder, holder, holder]);
    workers[holder] = fails('JOB_BUSY');
    const { answer } = await dispatch(chat('a', 'b', 'c', 'd', 'e', 'f'), { signal });
    assert.equal(answer.receipt.worker, other);
    delete workers[holder];
    await dispatch(chat('a', 'b'), { signal });
    assert.equal(asked.at(-1), other);
  });

  test('of many are spread over workers that are alike', async () => {
    const { dispatch, asked } = network3({ [second]: good, [third]: good });
    for (let i = 0; i < 40; i++) await dispatch(chat(`${i}`), { signal });
    assert.deepEqual([...new Set(asked)].sort(), [second, third].sort());
  });
});

describe('demands', () => {
  const workers = {
    [second]: { ...good, price: '7' },
    [third]: { ...good, profiles: ['fast'] },
  };

  test('that nobody meets are refused, and it is said which kept how many out', async () => {
    const { dispatch, asked } = network3(workers, { ...good, price: '9' });
    await assert.rejects(
      dispatch(chat('a'), { signal, maxPrice: 8n, exclude: [second] }),
      (error: CodedError) => {
        assert.equal(error.code, 'NO_WORKER');
        assert.deepEqual(error.details['excluded'], { profile: 1, exclude: 1, price: 1 });
        assert.match(
          error.message,
          /of 3 that offer model .*: 1 not under profile llm-exact-1, 1 excluded by the client, 1 dearer than 8$/,
        );
        return true;
      },
    );
    await assert.rejects(
      dispatch(chat('a'), { signal, worker: second, maxPrice: 6n }),
      (error: CodedError) => {
        assert.deepEqual(error.details['excluded'], { profile: 1, worker: 1, price: 1 });
        return error.code === 'NO_WORKER';
      },
    );
    const another = { ...chat('a'), request: { ...chat('a').request, model: someModel.replace(/.$/, 'x') } };
    await assert.rejects(dispatch(another, { signal }), {
      code: 'NO_WORKER',
      message: /no worker offers model/,
    });
    assert.deepEqual(asked, []);
  });

  test('of a price that somebody keeps are served by whom they fit', async () => {
    const { dispatch, asked } = network3(workers, { ...good, price: '9' });
    await dispatch(chat('a'), { signal, maxPrice: 7n });
    assert.deepEqual(asked, [second]);
  });

  test('of a second worker are refused where there is only one', async () => {
    await assert.rejects(network3({ [second]: good }).dispatch(chat('a'), { signal, least: 2 }), {
      code: 'NO_WORKER',
      message: /1 would do, and a check by a second worker takes two/,
    });
    assert.ok(await network3({ [second]: good, [third]: good }).dispatch(chat('a'), { signal, least: 2 }));
  });
});

test("this node's own worker is one of them: what was measured decides", async () => {
  const waits = Promise.withResolvers<JobAnswer>();
  const slow: Worker = { run: () => waits.promise };
  const { dispatch, asked, records } = network3({ [second]: good }, slow);
  const began = dispatch(chat('a'), { signal });
  assert.deepEqual(asked, [first], 'no wire is crossed to it, so it is tried first');
  await dispatch(chat('b'), { signal });
  assert.deepEqual(asked, [first, second], 'it has work');
  waits.resolve(answerOf(first, chat('a')));
  await began;
  const times = { firstMs: 900, runMs: 900 };
  for (let i = 0; i < 9; i++)
    records.begin(first, `${someModel} ${llmExact.name}`)({ kind: 'answered', times });
  await dispatch(chat('c'), { signal });
  assert.equal(asked.at(-1), second);
});
