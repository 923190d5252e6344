import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, isCoded, utf8 } from '@isobit/core';
import {
  canonicalNaN,
  decodeInfer,
  joinStrings,
  ofKind,
  type Response,
  receiptDigest,
  requestDigest,
  requestFromInfer,
  responseDigest,
  saltOf,
} from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { gatewayError } from '../src/index.ts';
import {
  answerTo,
  codeOf,
  echo,
  fakeDispatcher,
  fast,
  gatewayOf,
  honest,
  json,
  onnxExact,
  saltAt,
  two,
  worker,
  zoo,
} from './fake-node.ts';

const URL_OF_ECHO = '/v2/models/alice%2Fecho/infer';

interface Answer {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
  readonly parameters: Record<string, string>;
  readonly outputs: {
    name: string;
    shape: number[];
    datatype: string;
    data: unknown[];
    parameters?: { binary_data_size: number };
  }[];
}

test('an inference answers in JSON and names its receipt, salt, profile and worker', async () => {
  const dispatcher = honest();
  const response = await gatewayOf(dispatcher).request(URL_OF_ECHO, json({ ...two, id: 'seven' }));
  assert.equal(response.status, 200);
  const answer = (await response.json()) as Answer;
  assert.equal(answer.model_name, 'alice/echo');
  assert.equal(answer.model_version, '2');
  assert.equal(answer.id, 'seven');
  assert.deepEqual(answer.outputs, [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1.5, -0.5] }]);

  const [seen] = dispatcher.seen;
  assert.ok(seen);
  const receipt = receiptDigest(answerTo(seen.job).receipt);
  const { isobit_receipt, isobit_salt, isobit_profile, isobit_worker } = answer.parameters;
  assert.deepEqual(
    [isobit_receipt, isobit_salt, isobit_profile, isobit_worker],
    [receipt, saltAt(1), onnxExact.name, worker.address],
  );
  for (const [name, value] of [
    ['receipt', receipt],
    ['salt', saltAt(1)],
    ['model', echo.id],
    ['profile', onnxExact.name],
  ] as const) {
    assert.equal(response.headers.get(`isobit-${name}`), value);
  }
});

test('a client rebuilds the canonical request from its body and the salt that came back', async () => {
  const dispatcher = honest();
  const response = await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two));
  const salt = Uint8Array.from(Buffer.from(response.headers.get('isobit-salt') ?? '', 'hex'));
  const profile = response.headers.get('isobit-profile') ?? '';
  const rebuilt = requestFromInfer({
    body: { json: two },
    manifest: echo.manifest,
    model: echo.id,
    profile,
    salt,
  });
  const job = dispatcher.seen[0]?.job;
  assert.ok(job);
  assert.equal(requestDigest(rebuilt), requestDigest(job.request));
});

test('the client chooses salt, nonce and profile', async () => {
  const dispatcher = honest();
  const parameters = {
    isobit_salt: 'ab'.repeat(32),
    isobit_nonce: 'cd'.repeat(32),
    isobit_profile: fast.name,
  };
  const response = await gatewayOf(dispatcher).request(URL_OF_ECHO, json({ ...two, parameters }));
  assert.equal(response.status, 200);
  const job = dispatcher.seen[0]?.job;
  assert.equal(job?.request.salt, 'ab'.repeat(32));
  assert.equal(job?.nonce, 'cd'.repeat(32));
  assert.equal(job?.request.profile, 'fast');
});

test('a profile that nobody knows is refused before any worker hears of it', async () => {
  const dispatcher = honest();
  const body = json({ ...two, parameters: { isobit_profile: 'sloppy' } });
  assert.equal(await codeOf(await gatewayOf(dispatcher).request(URL_OF_ECHO, body)), '400 PROFILE_UNKNOWN');
  assert.equal(dispatcher.seen.length, 0);
});

/** One element of each datatype, and its bytes. */
const zooInputs: Record<string, readonly [value: unknown, bytes: Uint8Array]> = {
  BOOL: [true, Uint8Array.of(1)],
  UINT8: [255, Uint8Array.of(255)],
  UINT16: [65_535, Uint8Array.of(255, 255)],
  UINT32: [4_294_967_295, Uint8Array.of(255, 255, 255, 255)],
  UINT64: ['18446744073709551615', new Uint8Array(8).fill(255)],
  INT8: [-1, Uint8Array.of(255)],
  INT16: [-1, Uint8Array.of(255, 255)],
  INT32: [-1, new Uint8Array(4).fill(255)],
  INT64: ['-9223372036854775808', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128)],
  FP16: ['NaN', Uint8Array.of(0, 0x7e)],
  FP32: ['-Infinity', Uint8Array.of(0, 0, 0x80, 0xff)],
  FP64: [0.1, new Uint8Array(Float64Array.of(0.1).buffer)],
  BYTES: ['né', joinStrings([utf8('né')])],
};

test('every datatype goes in and out in JSON', async () => {
  const inputs = Object.entries(zooInputs).map(([name, [value]]) => ({
    name,
    shape: [1],
    datatype: name,
    data: [value],
  }));
  const response = await gatewayOf(honest()).request('/v2/models/zoo/infer', json({ inputs }));
  assert.equal(response.status, 200);
  assert.deepEqual(((await response.json()) as Answer).outputs, inputs);
});

test('every datatype goes in and out in binary', async () => {
  const inputs = Object.entries(zooInputs).map(([name, [, bytes]]) => ({
    name,
    shape: [1],
    datatype: name,
    parameters: { binary_data_size: bytes.length },
  }));
  const head = utf8(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  const tail = concatBytes(...Object.values(zooInputs).map(([, bytes]) => bytes));
  const response = await gatewayOf(honest()).request('/v2/models/zoo/infer', {
    method: 'POST',
    headers: {
      'inference-header-content-length': String(head.length),
      'content-type': 'application/octet-stream',
    },
    body: Buffer.from(concatBytes(head, tail)),
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/octet-stream');
  const length = Number(response.headers.get('inference-header-content-length'));
  const { json: answer, binary } = decodeInfer(new Uint8Array(await response.arrayBuffer()), length);
  assert.deepEqual((answer as Answer).outputs, inputs);
  assert.deepEqual(binary, tail);
});

test('an output is in binary only where it is asked for so', async () => {
  const outputs = [{ name: 'BYTES' }, { name: 'INT8', parameters: { binary_data: true } }];
  const inputs = Object.entries(zooInputs).map(([name, [value]]) => ({
    name,
    shape: [1],
    datatype: name,
    data: [value],
  }));
  const response = await gatewayOf(honest()).request('/v2/models/zoo/infer', json({ inputs, outputs }));
  const length = Number(response.headers.get('inference-header-content-length'));
  const { json: answer, binary } = decodeInfer(new Uint8Array(await response.arrayBuffer()), length);
  assert.deepEqual(
    (answer as Answer).outputs.map((o) => [o.name, o.data, o.parameters]),
    [
      ['BYTES', ['né'], undefined],
      ['INT8', undefined, { binary_data_size: 1 }],
    ],
  );
  assert.deepEqual(binary, Uint8Array.of(255));
});

test('strings that JSON cannot hold are an error that says how to get them', async () => {
  const dispatcher = fakeDispatcher(async (job) =>
    answerTo(job, {
      outputs: (all) =>
        all.map((t) => (t.name === 'BYTES' ? { ...t, data: joinStrings([Uint8Array.of(255)]) } : t)),
    }),
  );
  const inputs = Object.entries(zooInputs).map(([name, [value]]) => ({
    name,
    shape: [1],
    datatype: name,
    data: [value],
  }));
  assert.equal(
    await codeOf(await gatewayOf(dispatcher).request('/v2/models/zoo/infer', json({ inputs }))),
    '406 INFER_TEXT',
  );
});

const refusals: Record<string, readonly [RequestInit, string]> = {
  'no JSON': [json('{'), '400 INFER_MALFORMED'],
  'an unknown member': [json({ ...two, extra: 1 }), '400 INFER_MALFORMED'],
  'a wrong shape': [json({ inputs: [{ ...two.inputs[0], shape: [2, 2] }] }), '400 INFER_SHAPE'],
  'a wrong datatype': [json({ inputs: [{ ...two.inputs[0], datatype: 'FP64' }] }), '400 INFER_DATATYPE'],
  'a number that FP32 lacks': [json({ inputs: [{ ...two.inputs[0], data: [1, 1e39] }] }), '400 INFER_VALUE'],
  'a bare NaN': [
    json('{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[NaN,1]}]}'),
    '400 INFER_MALFORMED',
  ],
  'a missing input': [json({ inputs: [] }), '400 INFER_INPUT'],
  'an output that is not there': [json({ ...two, outputs: [{ name: 'z' }] }), '400 INFER_OUTPUT'],
  'a sequence': [json({ ...two, parameters: { sequence_id: 1 } }), '400 INFER_PARAMETER'],
  'a header longer than the body': [
    json(two, { 'inference-header-content-length': '999' }),
    '400 INFER_BINARY',
  ],
  'a header that is no number': [
    json(two, { 'inference-header-content-length': '-1' }),
    '400 HEADER_INVALID',
  ],
  'a deadline of nothing': [json(two, { 'isobit-deadline-ms': '0' }), '400 HEADER_INVALID'],
  'a deadline of two hours': [json(two, { 'isobit-deadline-ms': '7200000' }), '400 HEADER_INVALID'],
  'a form': [json(two, { 'content-type': 'application/x-www-form-urlencoded' }), '415 BODY_TYPE'],
  'plain text': [json(two, { 'content-type': 'text/plain' }), '415 BODY_TYPE'],
  'binary without its header': [json(two, { 'content-type': 'application/octet-stream' }), '415 BODY_TYPE'],
  'a compressed body': [json(two, { 'content-encoding': 'gzip' }), '415 BODY_TYPE'],
  'no body': [{ method: 'POST' }, '400 INFER_MALFORMED'],
};

for (const [what, [request, expected]] of Object.entries(refusals)) {
  test(`${what} is ${expected}, and no worker hears of it`, async () => {
    const dispatcher = honest();
    assert.equal(await codeOf(await gatewayOf(dispatcher).request(URL_OF_ECHO, request)), expected);
    assert.equal(dispatcher.seen.length, 0);
  });
}

test('a query parameter is refused by name', async () => {
  const response = await gatewayOf(honest()).request(`${URL_OF_ECHO}?dry=1`, json(two));
  assert.equal(response.status, 400);
  assert.match(await response.text(), /PARAMETER_UNKNOWN.*\\"dry\\"/);
});

test('a busy worker is 429 with the seconds to wait', async () => {
  const dispatcher = fakeDispatcher(async () => {
    throw gatewayError('JOB_BUSY', 'the queue is full', { retryAfterMs: 2_500 });
  });
  const response = await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two));
  assert.equal(response.headers.get('retry-after'), '3');
  assert.equal(await codeOf(response), '429 JOB_BUSY');
});

const outcomes = {
  limit: '422 JOB_LIMIT',
  failed: '502 JOB_FAILED',
  cancelled: '499 JOB_CANCELLED',
} as const;
for (const [outcome, expected] of Object.entries(outcomes)) {
  test(`a run that ended as ${outcome} is ${expected}, with its receipt`, async () => {
    const dispatcher = fakeDispatcher(async (job) => {
      const { response: _, ...answer } = answerTo(job, {
        receipt: (body) => ({ ...body, outcome: outcome as keyof typeof outcomes }),
      });
      return answer;
    });
    const response = await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two));
    assert.match(response.headers.get('isobit-receipt') ?? '', /^[0-9a-f]{64}$/);
    assert.equal(await codeOf(response), expected);
  });
}

const unfit: Record<string, Parameters<typeof answerTo>[1]> = {
  'an old nonce': { receipt: (body) => ({ ...body, details: { ...body.details, nonce: 'ee'.repeat(32) } }) },
  'another request': { receipt: (body) => ({ ...body, request: 'ee'.repeat(32) }) },
  'another model': { receipt: (body) => ({ ...body, model: zoo.id }) },
  'another network': { receipt: (body) => ({ ...body, network: 'ee'.repeat(32) }) },
  'another response': { receipt: (body) => ({ ...body, response: 'ee'.repeat(32) }) },
};
for (const [what, faults] of Object.entries(unfit)) {
  test(`a receipt of ${what} is not handed on`, async () => {
    const dispatcher = fakeDispatcher(async (job) => answerTo(job, faults));
    assert.equal(
      await codeOf(await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two))),
      '502 ANSWER_UNFIT',
    );
  });
}

test('an output that contradicts its own shape is the worker’s fault', async () => {
  const dispatcher = fakeDispatcher(async (job) => {
    const { request } = job;
    const outputs = [{ name: 'x', datatype: 'FP32' as const, shape: [1, 2], data: 'AAAA' }];
    const response: Response = { isobit: 'response/1', kind: 'tensors', outputs };
    const digest = responseDigest(response, saltOf(request));
    return answerTo(job, {
      receipt: (body) => ({ ...body, response: digest }),
      answer: (answer) => ({ ...answer, response }),
    });
  });
  assert.equal(await codeOf(await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two))), '502 ANSWER_UNFIT');
});

test('an answer without its response is not handed on', async () => {
  const dispatcher = fakeDispatcher(async (job) => ({
    isobit: 'job-answer/1',
    receipt: answerTo(job).receipt,
  }));
  assert.equal(await codeOf(await gatewayOf(dispatcher).request(URL_OF_ECHO, json(two))), '502 ANSWER_UNFIT');
});

test('an unknown fault is told to the operator and not to the client', async () => {
  const faults: unknown[] = [];
  const dispatcher = fakeDispatcher(async () => {
    throw new Error('secret path /home/operator');
  });
  const response = await gatewayOf(dispatcher, { report: (fault) => faults.push(fault) }).request(
    URL_OF_ECHO,
    json(two),
  );
  const text = await response.text();
  assert.equal(response.status, 500);
  assert.match(text, /INTERNAL/);
  assert.doesNotMatch(text, /secret/);
  assert.match(String(faults), /secret path/);
});

test('a deadline that passes is 504, and the dispatch is told', async () => {
  const dispatcher = fakeDispatcher(() => new Promise(() => {}));
  const response = await gatewayOf(dispatcher).request(
    URL_OF_ECHO,
    json(two, { 'isobit-deadline-ms': '30' }),
  );
  assert.equal(await codeOf(response), '504 JOB_DEADLINE');
  const signal = dispatcher.seen[0]?.options.signal;
  assert.ok(isCoded(signal?.reason, 'JOB_DEADLINE'));
});

test('the time that a body took is not the worker’s', async () => {
  let now = 0;
  const clock = () => {
    now += 400;
    return now;
  };
  const dispatcher = honest();
  await gatewayOf(dispatcher, { clock }).request(URL_OF_ECHO, json(two, { 'isobit-deadline-ms': '1000' }));
  assert.equal(dispatcher.seen[0]?.job.deadlineMs, 600);
  const late = await gatewayOf(dispatcher, { clock }).request(
    URL_OF_ECHO,
    json(two, { 'isobit-deadline-ms': '300' }),
  );
  assert.equal(await codeOf(late), '504 JOB_DEADLINE');
  assert.equal(dispatcher.seen.length, 1);
});

test('a client that leaves cancels its dispatch', async () => {
  const dispatcher = fakeDispatcher(() => new Promise(() => {}));
  const client = new AbortController();
  const answer = gatewayOf(dispatcher).request(URL_OF_ECHO, { ...json(two), signal: client.signal });
  const seen = await waitFor(() => dispatcher.seen[0], { what: 'the dispatch' });
  assert.equal(seen.options.signal.aborted, false);
  client.abort();
  assert.equal(await codeOf(await answer), '499 CLIENT_GONE');
  assert.equal(seen.options.signal.aborted, true);
});

test('a NaN with a payload is sent on as the canonical one', async () => {
  const dispatcher = honest();
  const head = utf8(
    JSON.stringify({
      inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } }],
    }),
  );
  const data = Uint8Array.of(1, 0, 0xa0, 0xff, 0, 0, 0, 0);
  await gatewayOf(dispatcher).request(URL_OF_ECHO, {
    method: 'POST',
    headers: { 'inference-header-content-length': String(head.length) },
    body: Buffer.from(concatBytes(head, data)),
  });
  const request = dispatcher.seen[0]?.job.request;
  const sent = request && ofKind(request, 'tensors').inputs[0]?.data;
  const expected = canonicalNaN({ name: 'x', datatype: 'FP32', shape: [1, 2], data });
  assert.equal(sent, Buffer.from(expected.data).toString('base64'));
});
