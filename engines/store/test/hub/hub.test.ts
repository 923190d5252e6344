import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { createHub, type HubOptions, type HubTransport } from '../../src/hub/index.ts';
import { createTransport } from '../../src/hub/transport.ts';
import { digestOf, HUB_TOKEN, type HubRepo, type HubServer, startHub } from './hub-server.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const { signal } = new AbortController();

const weights = Uint8Array.from({ length: 3 * 2 ** 20 + 5 }, (_, i) => (i * 31) & 255);
const config = Buffer.from('{"model_type":"llama"}');
const FILES = { 'config.json': config, 'sub/m-Q8_0.gguf': weights };
const digest = digestOf('m.gguf', weights);

interface Scene {
  server: HubServer;
  cacheDir: string;
  /** Waits that were asked for. */
  waits: number[];
  fetchAll(options?: Partial<HubOptions>): Promise<{ fetched: number; bytes: Uint8Array[]; commit: string }>;
}

async function scene(t: TestContext, repo: Partial<HubRepo> = {}): Promise<Scene> {
  const server = await startHub({ 'org/repo': { commit: COMMIT, files: FILES, ...repo } });
  t.after(() => server[Symbol.asyncDispose]());
  const cacheDir = tempDir(t);
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  return {
    server,
    cacheDir,
    waits,
    async fetchAll(options = {}) {
      await using hub = createHub({ endpoint: server.url, cacheDir, wait, ...options });
      const repository = await hub.repository({ repo: 'org/repo' }, signal);
      const facts = await hub.facts({ repository, files: repository.files, signal });
      const { files, fetched } = await hub.fetch({ repository, files: facts, signal });
      return { fetched, bytes: files.map(({ link }) => readFileSync(link)), commit: repository.commit };
    },
  };
}

const repoDir = (cacheDir: string): string => join(cacheDir, 'models--org--repo');

/** Puts bytes where an earlier attempt would have left them. */
function leave(cacheDir: string, name: string, bytes: Uint8Array): void {
  mkdirSync(join(repoDir(cacheDir), 'blobs'), { recursive: true });
  writeFileSync(join(repoDir(cacheDir), 'blobs', name), bytes);
}

describe('fetching', () => {
  test('bytes, commit, and the folder that the hub’s own tools keep', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    const { fetched, bytes, commit } = await fetchAll();
    assert.equal(commit, COMMIT);
    assert.equal(fetched, weights.length + config.length);
    assert.deepEqual(bytes, [config, Buffer.from(weights)]);
    const dir = repoDir(cacheDir);
    assert.equal(readFileSync(join(dir, 'refs', 'main'), 'utf8'), COMMIT);
    assert.deepEqual(
      readdirSync(join(dir, 'blobs')).sort(),
      [digestOf('config.json', config), digest].sort(),
    );
    assert.equal(
      readlinkSync(join(dir, 'snapshots', COMMIT, 'sub', 'm-Q8_0.gguf')),
      `../../../blobs/${digest}`,
    );
    assert.equal(
      realpathSync(join(dir, 'snapshots', COMMIT, 'config.json')),
      realpathSync(join(dir, 'blobs', digestOf('config.json', config))),
    );
  });

  test('what is there whole is checked and not fetched again', async (t) => {
    const { fetchAll, server } = await scene(t);
    await fetchAll();
    server.seen.length = 0;
    assert.equal((await fetchAll()).fetched, 0);
    assert.ok(server.seen.every(({ path }) => !path.startsWith('/storage/')));
  });

  test('a file of the cache that was damaged is fetched again', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    await fetchAll();
    leave(
      cacheDir,
      digest,
      weights.map((byte) => byte ^ 1),
    );
    assert.equal((await fetchAll()).fetched, weights.length);
  });

  test('progress grows to the total', async (t) => {
    const { server, cacheDir } = await scene(t);
    await using hub = createHub({ endpoint: server.url, cacheDir });
    const repository = await hub.repository({ repo: 'org/repo' }, signal);
    const told: number[] = [];
    const files = await hub.facts({ repository, files: repository.files, signal });
    await hub.fetch({ repository, files, onProgress: (bytes) => told.push(bytes), signal });
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
    assert.equal(told.at(-1), weights.length + config.length);
  });

  test('an abort ends it, and what came stays', async (t) => {
    const { server, cacheDir, fetchAll } = await scene(t, { files: { 'm.gguf': weights } });
    await using hub = createHub({ endpoint: server.url, cacheDir });
    const repository = await hub.repository({ repo: 'org/repo' }, signal);
    const files = await hub.facts({ repository, files: repository.files, signal });
    const stop = new AbortController();
    const onProgress = (bytes: number): void => (bytes > 0 ? stop.abort(new Error('enough')) : undefined);
    await assert.rejects(hub.fetch({ repository, files, onProgress, signal: stop.signal }), /enough/);
    assert.ok((await fetchAll()).fetched < weights.length);
  });
});

describe('resuming', () => {
  test('a connection that ends early goes on where it ended', async (t) => {
    const { fetchAll, server, waits } = await scene(t);
    server.faults.cutAfter = [5, Number.POSITIVE_INFINITY, 1_000_000, 70_000];
    const { fetched, bytes } = await fetchAll();
    assert.equal(fetched, weights.length + config.length);
    assert.deepEqual(bytes[1], Buffer.from(weights));
    assert.deepEqual(waits, [500, 500, 500]);
    const ranges = server.seen.map(({ range }) => range).filter(Boolean);
    assert.equal(ranges[0], 'bytes=5-');
  });

  test('so does another process, from the bytes of an earlier one', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    leave(cacheDir, `${digest}.isobit.incomplete`, weights.subarray(0, 2 ** 21));
    assert.equal((await fetchAll()).fetched, weights.length - 2 ** 21 + config.length);
  });

  test('and from those of another tool', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    leave(cacheDir, `${digest}.incomplete`, weights.subarray(0, 2 ** 21));
    assert.equal((await fetchAll()).fetched, weights.length - 2 ** 21 + config.length);
    assert.ok(!readdirSync(join(repoDir(cacheDir), 'blobs')).some((name) => name.includes('incomplete')));
  });

  test('bytes that were wrong from the beginning are thrown away, once', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    leave(cacheDir, `${digest}.isobit.incomplete`, new Uint8Array(2 ** 21));
    const { bytes, fetched } = await fetchAll();
    assert.deepEqual(bytes[1], Buffer.from(weights));
    assert.equal(fetched, 2 * weights.length - 2 ** 21 + config.length);
  });

  test('more bytes than the file has', async (t) => {
    const { fetchAll, cacheDir } = await scene(t);
    leave(cacheDir, `${digest}.isobit.incomplete`, weights);
    truncateSync(join(repoDir(cacheDir), 'blobs', `${digest}.isobit.incomplete`), weights.length + 10);
    assert.equal((await fetchAll()).fetched, config.length);
  });

  test('two at once, whether one finishes before the other or not', async (t) => {
    const { fetchAll, cacheDir, server } = await scene(t);
    server.faults.cutAfter = [1_000_000, 10, 500_000];
    const both = await Promise.all([fetchAll(), fetchAll(), fetchAll()]);
    for (const { bytes } of both) assert.deepEqual(bytes, [config, Buffer.from(weights)]);
    const left = readdirSync(join(repoDir(cacheDir), 'blobs'));
    assert.deepEqual(left.sort(), [digestOf('config.json', config), digest].sort());
  });

  test('a hub that ignores ranges sends all again', async (t) => {
    const { fetchAll, cacheDir, server } = await scene(t);
    server.faults.ignoreRange = true;
    leave(cacheDir, `${digest}.isobit.incomplete`, weights.subarray(0, 100));
    const { bytes, fetched } = await fetchAll();
    assert.deepEqual(bytes[1], Buffer.from(weights));
    assert.equal(fetched, weights.length + config.length);
  });

  test('a hub that sends nothing is given up', async (t) => {
    const { fetchAll, server } = await scene(t, { files: { 'm.gguf': weights } });
    server.faults.cutAfter = Array(20).fill(0);
    await assert.rejects(fetchAll(), { code: 'HUB_UNREACHABLE' });
  });
});

describe('checks', () => {
  test('other bytes than the digest names are refused and thrown away', async (t) => {
    const { fetchAll, server, cacheDir } = await scene(t, { files: { 'm.gguf': weights } });
    server.faults.replace.set(
      digest,
      weights.map((byte) => byte ^ 1),
    );
    await assert.rejects(fetchAll(), { code: 'HUB_DIGEST' });
    assert.deepEqual(readdirSync(join(repoDir(cacheDir), 'blobs')), []);
  });

  test('small files are checked too', async (t) => {
    const { fetchAll, server } = await scene(t);
    server.faults.headers = { etag: `"${'0'.repeat(40)}"` };
    await assert.rejects(fetchAll(), { code: 'HUB_DIGEST', message: /config\.json/ });
  });

  test('too many bytes', async (t) => {
    const { fetchAll, server } = await scene(t, { files: { 'm.gguf': weights } });
    server.faults.replace.set(digest, Buffer.concat([weights, weights]));
    await assert.rejects(fetchAll(), { code: 'HUB_PROTOCOL' });
  });

  for (const [what, headers] of [
    ['no digest', { etag: undefined }],
    ['a digest of another kind', { etag: '"abc"' }],
    ['another commit', { 'x-repo-commit': 'd'.repeat(40) }],
    ['no commit', { 'x-repo-commit': undefined }],
  ] as const)
    test(`a file of which the hub tells ${what}`, async (t) => {
      const { fetchAll, server } = await scene(t, { files: { 'config.json': config } });
      server.faults.headers = headers;
      await assert.rejects(fetchAll(), { code: 'HUB_PROTOCOL' });
    });

  test('another size than the list has', async (t) => {
    const { fetchAll, server } = await scene(t, { files: { 'm.gguf': weights } });
    server.faults.headers = { 'x-linked-size': '7' };
    await assert.rejects(fetchAll(), { code: 'HUB_PROTOCOL', message: /7 bytes where the list has/ });
  });
});

describe('the repository', () => {
  const read = async (t: TestContext, repo: Partial<HubRepo>) => {
    const { server, cacheDir } = await scene(t, repo);
    await using hub = createHub({ endpoint: server.url, cacheDir });
    return await hub.repository({ repo: 'org/repo' }, signal);
  };

  test('licence and parents', async (t) => {
    const { licence, parents } = await read(t, { license: 'apache-2.0', baseModel: 'org/base' });
    assert.deepEqual([licence, parents], ['Apache-2.0', ['org/base']]);
    assert.equal((await read(t, { license: 'llama3.2' })).licence, 'LicenseRef-llama3.2');
    assert.equal((await read(t, {})).licence, undefined);
    assert.deepEqual((await read(t, { baseModel: ['a/b', 'c/d'] })).parents, ['a/b', 'c/d']);
  });

  test('paths that no manifest could hold are as if they were not there', async (t) => {
    const { files } = await read(t, {
      files: { '../../evil': config, '/etc/x': config, 'a\\b': config, ok: config },
    });
    assert.deepEqual(files, [{ path: 'ok', size: config.length }]);
  });

  test('a renamed one is followed', async (t) => {
    const { server, fetchAll } = await scene(t);
    server.repos.set('org/new', server.repos.get('org/repo') as HubRepo);
    server.repos.set('org/repo', { commit: COMMIT, files: {}, movedTo: 'org/new' });
    assert.equal((await fetchAll()).fetched, weights.length + config.length);
  });

  test('an answer that is none', async (t) => {
    const { cacheDir } = await scene(t);
    const answers = [
      '<html>',
      '{}',
      '{"sha":"x","siblings":[]}',
      '{"sha":"x","sha":"y"}',
      `"${'x'.repeat(17 * 2 ** 20)}"`,
    ];
    for (const text of answers) {
      const ask: HubTransport = async () => ({
        status: 200,
        header: () => undefined,
        body: (async function* () {
          yield Buffer.from(text);
        })(),
        close: () => undefined,
      });
      await using hub = createHub({ endpoint: 'https://hub.example', cacheDir, ask });
      await assert.rejects(hub.repository({ repo: 'org/repo' }, signal), { code: 'HUB_PROTOCOL' });
    }
  });
});

describe('refusals', () => {
  for (const [what, repo, token, code, message] of [
    ['a private repository', { private: true }, undefined, 'HUB_UNKNOWN', /HF_TOKEN/],
    ['a private repository, with another token', { private: true }, 'hf_other', 'HUB_UNKNOWN', /private/],
    ['a gated repository', { gated: true }, undefined, 'HUB_GATED', /terms/],
    ['a gated repository, with another token', { gated: true }, 'hf_other', 'HUB_GATED', /terms/],
  ] as const)
    test(what, async (t) => {
      const { fetchAll } = await scene(t, repo);
      await assert.rejects(fetchAll(token ? { token } : {}), { code, message });
    });

  test('the right token opens both', async (t) => {
    for (const repo of [{ private: true }, { gated: true }]) {
      const { fetchAll } = await scene(t, repo);
      assert.ok((await fetchAll({ token: HUB_TOKEN })).fetched > 0);
    }
  });

  test('an absent repository, revision or file', async (t) => {
    const { server, cacheDir } = await scene(t);
    await using hub = createHub({ endpoint: server.url, cacheDir });
    const repository = await hub.repository({ repo: 'org/repo' }, signal);
    await assert.rejects(hub.repository({ repo: 'org/none' }, signal), { code: 'HUB_UNKNOWN' });
    await assert.rejects(hub.repository({ repo: 'org/repo', revision: 'v9' }, signal), {
      code: 'HUB_UNKNOWN',
      message: /revision/,
    });
    await assert.rejects(hub.facts({ repository, files: [{ path: 'none' }], signal }), {
      code: 'HUB_UNKNOWN',
      message: /none/,
    });
  });

  test('a token that the hub refuses', async (t) => {
    const { server, fetchAll } = await scene(t);
    server.faults.refuse = [{ status: 401, headers: { 'x-error-message': 'Invalid credentials' } }];
    await assert.rejects(fetchAll(), { code: 'HUB_TOKEN', message: /Invalid credentials/ });
  });
});

describe('a busy hub', () => {
  test('is asked again when it says so', async (t) => {
    const { server, fetchAll, waits } = await scene(t);
    server.faults.refuse = [{ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }];
    await fetchAll();
    assert.deepEqual(waits, [7000, 1000]);
  });

  test('is not waited for longer than a minute', async (t) => {
    const { server, fetchAll, waits } = await scene(t);
    server.faults.refuse = [{ status: 429, headers: { 'retry-after': '3600' } }];
    await assert.rejects(fetchAll(), { code: 'HUB_BUSY', details: { status: 429, retryAfterMs: 3_600_000 } });
    assert.deepEqual(waits, []);
  });

  test('is given up', async (t) => {
    const { server, fetchAll, waits } = await scene(t);
    server.faults.refuse = Array(9).fill({ status: 500 });
    await assert.rejects(fetchAll(), { code: 'HUB_BUSY' });
    assert.equal(waits.length, 4);
  });

  test('or absent', async (t) => {
    const { server, fetchAll } = await scene(t);
    await server[Symbol.asyncDispose]();
    await assert.rejects(fetchAll(), { code: 'HUB_UNREACHABLE' });
  });
});

describe('redirects', () => {
  test('a token goes to the hub and to nobody else', async (t) => {
    const { server, fetchAll } = await scene(t);
    server.faults.storage = 'https://cdn.example';
    const real = createTransport(server.url);
    t.after(() => real[Symbol.asyncDispose]());
    const asked: [string, string | undefined][] = [];
    const ask: HubTransport = (url, question) => {
      asked.push([url.origin, question.headers['authorization']]);
      return real.ask(new URL(url.href.replace('https://cdn.example', server.url)), question);
    };
    await fetchAll({ ask, token: HUB_TOKEN });
    const to = (origin: string) => asked.filter(([from]) => from === origin).map(([, token]) => token);
    assert.ok(to(server.url).length > 3 && to(server.url).every((token) => token === `Bearer ${HUB_TOKEN}`));
    assert.deepEqual(to('https://cdn.example'), [undefined]);
  });

  test('a token never travels over plain http to another machine', async (t) => {
    const { cacheDir } = await scene(t);
    const tokens: unknown[] = [];
    const ask: HubTransport = async (_, { headers }) => {
      tokens.push(headers['authorization']);
      return {
        status: 401,
        header: () => undefined,
        body: (async function* () {})(),
        close: () => undefined,
      };
    };
    await using hub = createHub({ endpoint: 'http://hub.example', cacheDir, ask, token: HUB_TOKEN });
    await assert.rejects(hub.repository({ repo: 'org/repo' }, signal), {
      code: 'HUB_TOKEN',
      message: /plain http/,
    });
    assert.deepEqual(tokens, [undefined]);
  });

  for (const [what, storage] of [
    ['plain http elsewhere', 'http://127.0.0.2:1'],
    ['another scheme', 'file:///etc/passwd#'],
    ['https with a user', 'https://a:b@cdn.example'],
    ['https into a private network', 'https://127.0.0.1:1'],
    ['https to where clouds keep secrets', 'https://169.254.169.254'],
  ])
    test(`not to ${what}`, async (t) => {
      const { server, fetchAll } = await scene(t, { files: { 'm.gguf': weights } });
      server.faults.storage = storage;
      await assert.rejects(fetchAll(), { code: 'HUB_REDIRECT' });
    });

  test('not in circles', async (t) => {
    const { server, fetchAll } = await scene(t);
    server.repos.set('org/repo', { commit: COMMIT, files: {}, movedTo: 'org/repo' });
    await assert.rejects(fetchAll(), { code: 'HUB_REDIRECT' });
  });
});
