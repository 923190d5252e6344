import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { encodeCanonical, utf8 } from '@isobit/core';
import { jobErrorKind, jobKind } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { multiaddr } from '@multiformats/multiaddr';
import { offersTopic } from '../src/host/gossip-options.ts';
import { frameHead } from '../src/wire/frame.ts';
import { ending, type HostilePeer, hostilePeer } from './fixtures/hostile-peer.ts';
import { coded, NETWORK, testAnswer, testJob, testPair } from './support.ts';

const PROTOCOLS = [
  '/isobit/job/1',
  '/isobit/offers/1',
  '/isobit/document/1',
  '/isobit/blob/1',
  '/isobit/witness/1',
] as const;

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
process.on('unhandledRejection', note);
after(() => {
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, [], 'nothing was left unhandled');
});

/** A worker that serves every protocol, a client that must not notice anything, and a peer without manners. */
async function scene(t: TestContext) {
  const { worker, client } = await testPair(t);
  let ran = 0;
  await worker.handleJobs(async (job) => {
    ran++;
    return testAnswer(job);
  });
  await worker.handleDocuments({ manifest: async () => undefined, names: async () => [] });
  await worker.handleBlobs({ leaves: async () => undefined, range: async () => undefined });
  await worker.handleWitness(async (body) => ({ status: body.length > 0 ? 400 : 404, body: utf8('no') }));
  const peer = await hostilePeer(worker.addresses()[0] as string);
  t.after(async () => peer[Symbol.asyncDispose]());
  const stillWorks = async () => {
    const before = ran;
    await client.runJob(worker.self, testJob());
    assert.equal(ran, before + 1, 'others are served as before');
  };
  return { worker, client, peer, stillWorks, ran: () => ran };
}

const frame = (bytes: Uint8Array): Uint8Array => Buffer.concat([frameHead(bytes.length), bytes]);

for (const protocol of PROTOCOLS) {
  test(`${protocol}: garbage, absurd lengths and half a frame end that stream alone`, async (t) => {
    const { peer, stillWorks } = await scene(t);
    const attacks: [string, Uint8Array][] = [
      ['a length of 4 GiB', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
      ['text of another protocol', utf8('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
      ['an empty frame', frame(new Uint8Array())],
      ['not JSON', frame(utf8('{{{{'))],
      ['not UTF-8', frame(Uint8Array.of(0xff, 0xfe, 0x00))],
      ['deep nesting', frame(utf8(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))],
      ['another document', frame(encodeCanonical({ isobit: 'name/1' }))],
      ['a list', frame(encodeCanonical([1, 2, 3]))],
    ];
    for (const [what, bytes] of attacks) {
      const stream = await peer.open(protocol);
      const ended = ending(stream);
      stream.send(bytes);
      const { bytes: reply } = await ended;
      assert.ok(reply.length < 2_048, `${what}: an error or nothing, and an end`);
    }
    const half = await peer.open(protocol);
    const ended = ending(half);
    half.send(frame(utf8('{"isobit":"x"}')).subarray(0, 9));
    await half.close();
    await ended;
    await stillWorks();
  });

  test(`${protocol}: a thousand silent streams take nothing from others`, async (t) => {
    const { peer, stillWorks } = await scene(t);
    const opened = await Promise.allSettled(Array.from({ length: 1_000 }, () => peer.open(protocol)));
    assert.ok(opened.filter(({ status }) => status === 'fulfilled').length <= 512, 'most are refused');
    await stillWorks();
  });
}

async function firstError(peer: HostilePeer, bytes: Uint8Array) {
  const stream = await peer.open('/isobit/job/1');
  const ended = ending(stream);
  stream.send(bytes);
  const { bytes: reply } = await ended;
  return jobErrorKind.decode(reply.subarray(4));
}

test('a job that is none is told why', async (t) => {
  const { peer, stillWorks, ran } = await scene(t);
  assert.equal((await firstError(peer, frame(utf8('nonsense')))).code, 'JOB_MALFORMED');
  assert.equal(
    (await firstError(peer, frame(encodeCanonical({ ...testJob(), isobit: 'job/2' })))).code,
    'JOB_VERSION',
  );
  assert.equal(
    (await firstError(peer, frame(encodeCanonical({ ...testJob(), extra: 1 })))).code,
    'JOB_MALFORMED',
  );
  assert.equal(
    (await firstError(peer, frame(encodeCanonical({ ...testJob(), network: '0'.repeat(64) })))).code,
    'JOB_NETWORK',
  );
  assert.equal(ran(), 0);
  await stillWorks();
});

test('nonsense after a job ends that job', async (t) => {
  const { worker } = await testPair(t);
  const reason = Promise.withResolvers<unknown>();
  const started = Promise.withResolvers<void>();
  await worker.handleJobs(async (_, { signal }) => {
    started.resolve();
    signal.addEventListener('abort', () => reason.resolve(signal.reason));
    throw await reason.promise;
  });
  const rude = await hostilePeer(worker.addresses()[0] as string);
  t.after(async () => rude[Symbol.asyncDispose]());
  const stream = await rude.open('/isobit/job/1');
  const ended = ending(stream);
  stream.send(frame(jobKind.encode(testJob())));
  await started.promise;
  stream.send(frame(utf8('and another thing')));
  coded('JOB_MALFORMED')(await reason.promise);
  const { bytes } = await ended;
  assert.equal(jobErrorKind.decode(bytes.subarray(4)).code, 'JOB_MALFORMED');
});

test('a client that is told of a busy worker while it sends does not have to send it all', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async () => assert.fail('must not run'), { total: 0 });
  await assert.rejects(client.runJob(worker.self, testJob({}, 20_000_000)), coded('JOB_BUSY'));
});

test('a worker that speaks nonsense, or nothing, harms nobody but its own answer', async (t) => {
  const { worker, client } = await testPair(t);
  const peer = await hostilePeer(worker.addresses()[0] as string);
  t.after(async () => peer[Symbol.asyncDispose]());
  let reply: Uint8Array = new Uint8Array();
  await peer.host.handle('/isobit/job/1', (stream) => {
    stream.addEventListener('message', () => {});
    if (reply.length > 0) stream.send(reply);
  });
  await peer.host.dial(multiaddr(client.addresses()[0] as string));
  await waitFor(() => client.peers().some(({ address }) => address === peer.address), {
    what: 'the bad worker to connect',
  });
  const ask = (deadlineMs: number, firstReplyMs?: number) =>
    client.runJob(peer.address, testJob({ deadlineMs }), firstReplyMs ? { firstReplyMs } : {});

  await assert.rejects(ask(10_000, 200), coded('PEER_STALLED'));
  reply = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
  await assert.rejects(ask(10_000), coded('FRAME_TOO_LONG'));
  reply = frame(utf8('nonsense'));
  await assert.rejects(ask(10_000), coded('PEER_MALFORMED'));
  reply = frame(encodeCanonical({ isobit: 'job-answer/1', receipt: {} }));
  await assert.rejects(ask(10_000), (error) => {
    coded('PEER_MALFORMED')(error);
    assert.equal(
      (error as { details: { answered: boolean } }).details.answered,
      true,
      'it was meant as an answer',
    );
    return true;
  });
  const accepted = frame(encodeCanonical({ isobit: 'job-accepted/1', position: 0 }));
  reply = Buffer.concat([accepted, accepted]);
  await assert.rejects(ask(10_000), coded('PEER_MALFORMED'));
});

test('gossip of nonsense gets its bringer ignored, and nobody else', async (t) => {
  const { worker, client, peer, stillWorks } = await scene(t);
  await peer.open('/isobit/job/1');
  const { gossip } = peer.host.services;
  gossip.subscribe(offersTopic(NETWORK));
  await waitFor(() => gossip.getSubscribers(offersTopic(NETWORK)).length > 0, {
    what: 'the worker to listen',
  });
  for (let i = 0; i < 20; i++) await gossip.publish(offersTopic(NETWORK), utf8(`nonsense ${i}`));
  const before = worker.offers().length;
  client.announce({
    roles: ['gateway'],
    http: [],
    models: [],
    holds: [],
    load: { running: 0, queued: 0, capacity: 0 },
  });
  await worker.waitForOffer(({ node }) => node === client.self, { signal: AbortSignal.timeout(10_000) });
  assert.ok(worker.offers().length >= before);
  await stillWorks();
});
