import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remoteWllama } from '../../../src/llm/wllama/browser/remote-wllama.ts';
import { fakeHost } from './fake-host.ts';

test('each call has its own answer, in whatever order they come', async () => {
  const host = fakeHost();
  const wllama = remoteWllama(host);
  const [cleared, decoded] = [wllama.kvClear(), wllama.decode([1, 2], {})];
  assert.deepEqual(host.asked, [
    { id: 0, method: 'kvClear', given: [] },
    { id: 1, method: 'decode', given: [[1, 2], {}] },
  ]);
  host.say({ id: 1, failed: 'no room' });
  await assert.rejects(decoded, /^Error: no room$/);
  host.say({ id: 0, result: 7 });
  assert.equal(await cleared, 7);
  assert.ok(!host.isTerminated());
});

for (const [what, breaks] of [
  ['a thread that breaks', (host) => host.say({ broken: 'it went away' })],
  ['a worker that breaks', (host) => host.fail('it went away')],
  ['a worker that breaks in silence', (host) => host.fail('')],
] as const satisfies readonly (readonly [string, (host: ReturnType<typeof fakeHost>) => void])[])
  test(`${what} ends what is under way, and what is asked later`, async () => {
    const host = fakeHost();
    const wllama = remoteWllama(host);
    const open = wllama.getLogits(-1);
    breaks(host);
    await assert.rejects(open, /it went away|did not start/);
    await assert.rejects(wllama.kvClear(), /it went away|did not start/);
    assert.ok(host.isTerminated());
  });

test('closing it ends what is under way', async () => {
  const host = fakeHost();
  const wllama = remoteWllama(host);
  const open = wllama.decode([1], {});
  await Promise.all([assert.rejects(open, /was closed/), wllama.exit()]);
  assert.ok(host.isTerminated());
});
