import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@isobit/client';
import { ELEMENT, floats, model, node as operator, value } from '@isobit/exact/testing';
import { jobKind, networkId, openGenesis } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { digitsModel, infer, publish, seven, startNode, type TestNode, told } from '../support.ts';

describe('bad input', () => {
  const ends: (() => unknown)[] = [];
  let node: TestNode;
  before(async () => {
    node = await startNode({ after: (hook) => ends.unshift(hook) });
    await publish(node, await digitsModel(), 'digits');
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const input = async (change: (input: Record<string, unknown>) => object, rest: object = {}) => {
    const body = JSON.parse(new TextDecoder().decode(await seven())) as { inputs: Record<string, unknown>[] };
    return infer(node, JSON.stringify({ inputs: [change(body.inputs[0] ?? {})], ...rest }));
  };
  const same = (one: Record<string, unknown>) => one;
  const isFine = async () => assert.equal((await input(same)).status, 200, 'the node lives on');

  for (const [what, change, code] of [
    ['another shape', (i: object) => ({ ...i, shape: [1, 1, 27, 28] }), 'INFER_SHAPE'],
    ['a rank too few', (i: object) => ({ ...i, shape: [784] }), 'INFER_SHAPE'],
    ['another datatype', (i: object) => ({ ...i, datatype: 'INT8' }), 'INFER_DATATYPE'],
    ['a datatype that is none', (i: object) => ({ ...i, datatype: 'FP99' }), 'INFER_DATATYPE'],
    ['another name', (i: object) => ({ ...i, name: 'picture' }), 'INFER_INPUT'],
    ['an unknown member', (i: object) => ({ ...i, colour: 'red' }), 'INFER_MALFORMED'],
    ['a number that is none', (i: object) => ({ ...i, data: new Array(784).fill('many') }), 'INFER_VALUE'],
    ['too few numbers', (i: object) => ({ ...i, data: [1] }), 'INFER_SHAPE'],
  ] as const) {
    test(`${what} is the asker's error`, async () => {
      const [status, actual] = await told(input(change));
      assert.deepEqual([status, actual], [400, code]);
    });
  }

  test('a NaN in binary is an input like another, and the answer is canonical', async () => {
    const data = new Float32Array(784).fill(Number.NaN);
    const head = JSON.stringify({
      inputs: [
        { name: 'image', shape: [1, 1, 28, 28], datatype: 'FP32', parameters: { binary_data_size: 3136 } },
      ],
    });
    const answer = await infer(node, new Blob([head, data]), 'digits', {
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(head.length),
      },
    });
    assert.equal(answer.status, 200);
  });

  test('no JSON, an unknown model, an unknown route and an unknown parameter are named', async () => {
    assert.deepEqual(await told(infer(node, '{')), [400, 'INFER_MALFORMED']);
    assert.deepEqual(await told(infer(node, await seven(), 'digitz')), [404, 'MODEL_UNKNOWN']);
    for (const route of ['/models/digitz', '/models/digitz/workers', '/models/digitz/hosts']) {
      const answer = (await (await fetch(`${node.url}${route}`)).json()) as {
        error: string;
        nearest: string[];
      };
      assert.deepEqual(answer.nearest, ['digits'], route);
      assert.match(answer.error, /^no model "digitz" is known here; did you mean digits\?$/);
    }
    assert.deepEqual(await told(fetch(`${node.url}/nowhere`)), [404, 'ROUTE_UNKNOWN']);
    assert.deepEqual(await told(fetch(`${node.url}/v2/models?x=1`)), [400, 'PARAMETER_UNKNOWN']);
  });

  test('a job for another network, of another version or none at all', async () => {
    const { client, job } = await someJob();
    assert.ok((await client.api.job(job, {})).receipt);
    const send = (body: BodyInit) => told(fetch(`${node.url}/jobs`, { method: 'POST', body, ...typed }));
    const elsewhere = jobKind.encode({ ...job, network: 'f'.repeat(64) });
    assert.deepEqual(await send(elsewhere as BodyInit), [422, 'JOB_NETWORK']);
    const text = new TextDecoder().decode(jobKind.encode(job));
    assert.deepEqual(await send(text.replace('job/1', 'job/2')), [400, 'JOB_VERSION']);
    assert.deepEqual(await send(text.replace('"nonce"', '"nonsense"')), [400, 'JOB_MALFORMED']);
    assert.deepEqual(await send('hello'), [400, 'JOB_MALFORMED']);
    await assert.rejects(client.api.job(job, { worker: `0x${'1'.repeat(40)}` }), {
      code: 'JOB_MODEL_UNKNOWN',
    });
  });

  const typed = { headers: { 'content-type': 'application/json' } };
  async function someJob() {
    const client = createClient({ baseUrl: node.url });
    const data = new Uint8Array(3136);
    const { evidence } = await client.infer({
      model: 'digits',
      inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], data }],
    });
    return {
      client,
      job: {
        isobit: 'job/1' as const,
        request: evidence.request as NonNullable<typeof evidence.request>,
        nonce: '1'.repeat(64),
        trace: false,
        network: networkId(openGenesis),
        deadlineMs: 5_000,
        witnesses: 0,
      },
    };
  }

  test('a body of 10 GB is refused by its stated length, before any of it is read', async () => {
    const sent = request(`${node.url}/v2/models/digits/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(10 * 1024 ** 3) },
    });
    sent.on('error', () => {});
    sent.write('{"inputs":');
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    assert.equal(response.statusCode, 413);
    assert.match(String(await response.setEncoding('utf8').toArray()), /BODY_TOO_LARGE/);
    sent.destroy();
    await isFine();
  });

  test('small routes read small bodies', async () => {
    const body = ' '.repeat(400_000);
    const init = { method: 'POST', body, headers: { authorization: `Bearer ${node.node.operatorToken}` } };
    assert.deepEqual(await told(fetch(`${node.url}/api/pull`, init)), [413, 'BODY_TOO_LARGE']);
    assert.deepEqual(await told(fetch(`${node.url}/witness/add-checkpoint`, { method: 'POST', body })), [
      413,
      'BODY_TOO_LARGE',
    ]);
  });

  test('a client that leaves in the middle of an upload leaves nothing behind', async () => {
    const { hostname, port } = new URL(node.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `PUT /api/blobs HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${node.node.operatorToken}\r\nContent-Length: 1000000\r\n\r\n`,
    );
    socket.write(Buffer.alloc(100_000));
    socket.destroy();
    await once(socket, 'close');
    await isFine();
    assert.deepEqual(
      node.reports.filter(({ message }) => message === 'a request failed'),
      [],
      'it is no fault of the node',
    );
  });

  const publishing = async (bytes: Uint8Array) =>
    publish(node, bytes, 'bad').then(
      () => undefined,
      (error: { code: string; details: { status: number } }) => [error.details.status, error.code],
    );
  const garbage = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 2_654_435_761) >>> 24);
  for (const [what, bytes] of [
    ['garbage', async () => garbage],
    ['nothing', async () => new Uint8Array()],
    ['a truncated model', async () => (await digitsModel()).subarray(0, 20_000)],
    ['text', async () => Buffer.from('{"not":"a model"}')],
  ] as const) {
    test(`${what} pushed as a model is refused with the engine's code`, async () => {
      const [status, code] = (await publishing(await bytes())) ?? [];
      assert.equal(status, 400);
      assert.match(String(code), /^MODEL_/);
      await isFine();
    });
  }
  test('models of external data and of unseeded random operators are refused', async () => {
    for (const [bytes, code] of hostile()) {
      assert.deepEqual(await publishing(bytes), [400, code]);
      await isFine();
    }
  });

  test('a publication is read strictly', async () => {
    const post = (body: object) =>
      told(
        fetch(`${node.url}/api/models`, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { authorization: `Bearer ${node.node.operatorToken}` },
        }),
      );
    const file = { path: 'model.onnx', root: '0'.repeat(64), size: 1 };
    const good = { name: 'x', entry: 'model.onnx', files: [file] };
    assert.deepEqual(await post(good), [400, 'MODEL_INCOMPLETE']);
    for (const wrong of [
      { ...good, name: '../x' },
      { ...good, files: [] },
      { ...good, files: [{ ...file, path: '/etc/passwd' }] },
      { ...good, files: [{ ...file, root: 'x' }] },
      { ...good, owner: 'me' },
      [],
    ])
      assert.deepEqual(await post(wrong), [400, 'PARAMETER_INVALID'], JSON.stringify(wrong));
  });

  test('digests that are none, and digests of nothing', async () => {
    for (const path of ['receipts', 'evidence']) {
      assert.deepEqual(await told(fetch(`${node.url}/${path}/${'0'.repeat(64)}`)), [404, 'RECEIPT_UNKNOWN']);
      assert.deepEqual(await told(fetch(`${node.url}/${path}/XYZ`)), [400, 'PARAMETER_INVALID']);
    }
    assert.deepEqual(await told(fetch(`${node.url}/engines/${'0'.repeat(64)}`)), [404, 'ENGINE_UNKNOWN']);
    assert.deepEqual(await told(fetch(`${node.url}/log/tile/0/999`)), [404, 'LOG_FILE_UNKNOWN']);
    assert.deepEqual(await told(fetch(`${node.url}/witness/${'0'.repeat(64)}/checkpoint`)), [
      404,
      'LOG_FILE_UNKNOWN',
    ]);
  });

  test('a killed engine fails its run alone', async () => {
    const { loaded } = await node.json<{ loaded: { id: string }[] }>('/api/ps');
    assert.equal(loaded.length, 1);
    const pid = await engineOf();
    process.kill(pid, 'SIGKILL');
    await waitFor(async () => (await input(same)).status === 200, { what: 'the next process to answer' });
    assert.notEqual(await engineOf(), pid);
  });

  /** The child of this process that is an engine; the node runs in this process. */
  async function engineOf(): Promise<number> {
    const { execFileSync } = await import('node:child_process');
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const line = lines.find(
      (l) => l.includes('child/exact') && l.trim().split(/\s+/)[1] === String(process.pid),
    );
    return Number(line?.trim().split(/\s+/)[0]);
  }
});

/** Models that are whole files and refused all the same. */
function hostile(): [Uint8Array, string][] {
  const y = [value('y', ELEMENT.FLOAT, [1])];
  const random = model({ node: [operator('RandomNormal', [], ['y'], { shape: [1] })], output: y });
  const external = model({
    node: [operator('Identity', ['w'], ['y'])],
    initializer: [
      {
        ...floats('w', [1], [1]),
        rawData: new Uint8Array(),
        dataLocation: 1,
        externalData: [{ key: 'location', value: '/etc/passwd' }],
      },
    ],
    output: y,
  });
  return [
    [random, 'MODEL_RANDOM'],
    [external, 'MODEL_EXTERNAL_DATA'],
  ];
}
