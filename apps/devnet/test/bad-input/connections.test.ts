import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { until } from '../../src/index.ts';
import { ask, dial } from '../raw-http.ts';
import { createScene, type Scene } from '../scene.ts';
import { type Asking, createAsking } from './asking.ts';

const GB = 1e9;

describe('connections that stall, lie or come from elsewhere', () => {
  let scene: Scene;
  let asking: Asking;
  let http: string;

  before(async () => {
    scene = await createScene();
    asking = createAsking(scene);
    http = scene.first.http;
  });
  after(() => scene[Symbol.asyncDispose]());

  test('10 GB are refused before they are sent, wherever a body is read', async () => {
    const { host } = new URL(http);
    const token = `authorization: Bearer ${scene.first.token}\r\n`;
    for (const path of ['/jobs', `/v2/models/${scene.model}/infer`, '/api/evidence', '/api/models']) {
      const method = path === '/api/evidence' ? 'PUT' : 'POST';
      const began = performance.now();
      using line = dial(
        http,
        `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${token}content-type: application/json\r\ncontent-length: ${10 * GB}\r\n\r\n{`,
      );
      await until(`an answer to 10 GB on ${path}`, async () => line.heard().includes('BODY_TOO_LARGE'), {
        timeoutMs: 10_000,
      });
      assert.match(line.heard(), /^HTTP\/1\.1 413 /);
      assert.ok(performance.now() - began < 5_000, 'at once');
    }
    await asking.goesOn();
  });

  describe('on connections that stall', { concurrency: true }, () => {
    test('slow clients take nothing from others, and are told when a body stops coming', async () => {
      const { host } = new URL(http);
      const head = `POST /jobs HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
      using lines = new DisposableStack();
      // Heads that never end, and bodies that stop.
      const heads = Array.from({ length: 100 }, () => lines.use(dial(http, head)));
      const bodies = Array.from({ length: 20 }, () =>
        lines.use(dial(http, `${head}content-length: 1000\r\n\r\n{`)),
      );
      const began = performance.now();
      await asking.goesOn();
      assert.ok(performance.now() - began < 10_000, 'a normal client is served meanwhile');
      await Promise.all(bodies.map(({ closed }) => closed));
      for (const body of bodies) assert.match(body.heard(), /^HTTP\/1\.1 408 .*BODY_TIMEOUT/s);
      await Promise.all(heads.map(({ closed }) => closed));
      await asking.goesOn();
    });

    test('garbage on the port of libp2p ends that connection alone', async () => {
      const port = /\/tcp\/(\d+)/.exec(scene.first.join[0] ?? '')?.[1];
      const url = `http://127.0.0.1:${port}`;
      using lines = new DisposableStack();
      const garbage = [
        ...Array.from({ length: 20 }, () => randomBytes(100_000)),
        Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'),
        Buffer.from('\x13/multistream/1.0.0\n\x07/noise\n'),
        Buffer.from('\x13/multistream/1.0.0\n'.repeat(10_000)),
        new Uint8Array(1_000_000),
      ];
      const dialled = garbage.map((bytes) => lines.use(dial(url, bytes)));
      await asking.goesOn();
      const random = dialled.slice(0, 21).map(({ closed }) => closed);
      await Promise.all(random);
      const peer = await scene.devnet.add({ name: 'late' });
      await until('another node to be connected', async () => {
        const { peers } = await scene.operator.status();
        return peers.length > 0;
      });
      await peer.stop();
    });
  });

  test('a page of another origin and a rebound name reach no route', async () => {
    const { host, port } = new URL(http);
    const routes = ['/models', '/v2', '/api/status', '/log/checkpoint', '/nothing'];
    for (const path of routes) {
      const foreign = await ask(`${http}${path}`, { headers: { host, origin: 'https://evil.example' } });
      assert.deepEqual(foreign, { status: 403, code: 'ORIGIN_REFUSED' }, path);
      const rebound = await ask(`${http}${path}`, { headers: { host: `evil.example:${port}` } });
      assert.deepEqual(rebound, { status: 421, code: 'HOST_REFUSED' }, path);
    }
    const sandboxed = await ask(`${http}/models`, { headers: { host, origin: 'null' } });
    assert.equal(sandboxed.code, 'ORIGIN_REFUSED');
    const own = await ask(`${http}/models`, { headers: { host, origin: http } });
    assert.equal(own.status, 200);
  });
});
