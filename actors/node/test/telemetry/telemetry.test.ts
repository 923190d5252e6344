import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textModelFile } from '@isobit/exact/testing';
import type { AskedRecord } from '@isobit/gateway';
import { forAll, propertyRuns, waitFor } from '@isobit/testing';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { tracesOf } from '../../src/options.ts';
import { openTelemetry } from '../../src/telemetry/open-telemetry.ts';
import { parentOf } from '../../src/telemetry/span-of.ts';
import { publishGguf } from '../apis/language-node.ts';
import { startNode } from '../support.ts';
import { attributesOf, startCollector } from './collector.ts';

const PROMPT = 'fabcade';
const record: AskedRecord = {
  operation: 'chat',
  requestModel: 'small',
  profile: 'llm-exact-1',
  begun: 1_000,
  ended: 1_250,
  error: 'JOB_BUSY',
};
const opened = (url: string, reports: string[] = []) =>
  openTelemetry({
    traces: { url, service: 'mine', delayMs: 20 },
    address: '0x00',
    version: '0.1.0',
    report: (_, message) => void reports.push(message),
  });

test("a question is a span by the conventions, under the client's own, and holds no word of it", async (t) => {
  const collector = await startCollector(t);
  const node = await startNode(t, { traces: { url: collector.url, service: 'mine', delayMs: 20 } });
  const template = '{{ messages[0].content }}';
  await publishGguf(node, 'small', textModelFile({ metadata: { 'tokenizer.chat_template': template } }));
  const ask = (model: string, headers: Record<string, string> = {}) =>
    fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: PROMPT }] }),
    });
  const traceId = 'ab'.repeat(16);
  const response = await ask('small', { traceparent: `00-${traceId}-${'cd'.repeat(8)}-01` });
  const body = (await response.json()) as {
    id: string;
    choices: { message: { content: string }; finish_reason: string }[];
    usage: { prompt_tokens: number; completion_tokens: number };
    isobit: { receipt: string; model: string; worker: string; profile: string };
  };
  await waitFor(() => collector.spans().length === 1, { what: 'the span to come' });
  const [span] = collector.spans();
  assert.ok(span);
  assert.deepEqual(
    [span.name, span.traceId, span.parentSpanId, span.status.code ?? 0],
    ['chat small', traceId, 'cd'.repeat(8), 0],
  );
  assert.ok(BigInt(span.endTimeUnixNano) > BigInt(span.startTimeUnixNano));
  assert.deepEqual(attributesOf(span), {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'isobit',
    'gen_ai.request.model': 'small',
    'isobit.profile': body.isobit.profile,
    'gen_ai.response.id': body.id,
    'gen_ai.response.model': 'small:1',
    'gen_ai.usage.input_tokens': body.usage.prompt_tokens,
    'gen_ai.usage.output_tokens': body.usage.completion_tokens,
    'gen_ai.response.finish_reasons': [body.choices[0]?.finish_reason],
    'isobit.model': body.isobit.model,
    'isobit.receipt': body.isobit.receipt,
    'isobit.worker': body.isobit.worker,
  });
  const said = body.choices[0]?.message.content ?? '';
  assert.ok(said.length > 0);
  for (const sent of collector.bodies) {
    assert.ok(sent.includes('"mine"') && sent.includes(node.node.address));
    assert.ok(!sent.includes(PROMPT) && !sent.includes(JSON.stringify(said)));
  }

  await collector.close();
  assert.equal((await ask('small')).status, 200, 'a collector that is gone fails no answer');
});

describe('a collector', () => {
  test('that is dead keeps nobody', async () => {
    // Nobody listens on port 9 of this machine, and if somebody does it is no collector.
    const { telemetry, ...rest } = await opened('http://127.0.0.1:9/v1/traces');
    const began = performance.now();
    for (let i = 0; i < 10_000; i++) telemetry?.asked(record);
    assert.ok(performance.now() - began < 5_000, 'ten thousand spans in a moment');
    await rest[Symbol.asyncDispose]();
  });

  test('that refuses is told of once', async (t) => {
    const collector = await startCollector(t, 400);
    const reports: string[] = [];
    await using exporter = await opened(collector.url, reports);
    exporter.telemetry?.asked(record);
    await waitFor(() => reports.length === 1, { what: 'the failure to be told' });
    exporter.telemetry?.asked(record);
    await waitFor(() => collector.bodies.length === 2, { what: 'the next try' });
    assert.deepEqual(reports, ['spans are not taken by the collector']);
  });

  test('gets what is left when the node ends; a failure is its code, and a false header no parent', async (t) => {
    const collector = await startCollector(t);
    {
      await using exporter = await opened(collector.url);
      exporter.telemetry?.asked(record);
      for (const traceparent of ['x', `00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01`])
        exporter.telemetry?.asked({ ...record, traceparent });
      // Its client asked for no span.
      exporter.telemetry?.asked({ ...record, traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00` });
    }
    const spans = collector.spans();
    assert.equal(spans.length, 3);
    for (const span of spans) {
      assert.equal(attributesOf(span)['error.type'], 'JOB_BUSY');
      assert.deepEqual([span.status.code, span.parentSpanId ?? ''], [2, '']);
      assert.equal(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano), 250_000_000n);
    }
  });
});

test('a header of a client is a parent or nothing, whatever it holds', () =>
  forAll(
    [fc.oneof(fc.string(), fc.stringMatching(/^0[0-9a-f]-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/))],
    (header) => {
      const found = trace.getSpanContext(parentOf(header));
      if (!found) return;
      assert.ok(isSpanContextValid(found));
      assert.equal(header.startsWith(`00-${found.traceId}-${found.spanId}-`), true);
    },
    propertyRuns(200),
  ));

test('without a collector no library is loaded', async () => {
  const { telemetry } = await openTelemetry({
    traces: undefined,
    address: '0x00',
    version: '0.1.0',
    report: () => {},
  });
  assert.equal(telemetry, undefined);
});

test('the variables of OpenTelemetry say where spans go', () => {
  const traces = { service: 'isobit', delayMs: 5_000 };
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' };
  assert.deepEqual(tracesOf(base), { ...traces, url: 'http://127.0.0.1:4318/v1/traces' });
  assert.deepEqual(
    tracesOf({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/b', OTEL_SERVICE_NAME: 'mine' }),
    { ...traces, url: 'http://a/b', service: 'mine' },
  );
  assert.equal(tracesOf({ ...base, OTEL_BSP_SCHEDULE_DELAY: '20' })?.delayMs, 20);
  assert.equal(tracesOf({ ...base, OTEL_BSP_SCHEDULE_DELAY: '-1' })?.delayMs, 5_000);
  for (const env of [{}, { ...base, OTEL_SDK_DISABLED: 'true' }, { ...base, OTEL_TRACES_EXPORTER: 'none' }])
    assert.equal(tracesOf(env), undefined);
  for (const wrong of ['4318', 'grpc://a:4317'])
    assert.throws(() => tracesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: wrong }), { code: 'OPTION_INVALID' }, wrong);
});
