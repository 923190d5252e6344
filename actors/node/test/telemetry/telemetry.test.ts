import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AskedRecord } from '@isobit/gateway';
import { forAll, propertyRuns, waitFor } from '@isobit/testing';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { tracesOf } from '../../src/options.ts';
import { openTelemetry } from '../../src/telemetry/open-telemetry.ts';
import { parentOf } from '../../src/telemetry/span-of.ts';
import { attributesOf, startCollector } from './collector.ts';

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
