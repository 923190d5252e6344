import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { NodeOptions } from '../options.ts';
import type { OpenedTelemetry, OpenTelemetryOptions } from './open-telemetry.ts';
import { recordSpan } from './span-of.ts';

/** A collector that takes longer is taken for dead. */
const EXPORT_MS = 10_000;
/** How long spans that are not sent yet may keep a node that ends. */
const GRACE_MS = 1_000;

export interface ExporterOptions extends OpenTelemetryOptions {
  readonly traces: NonNullable<NodeOptions['traces']>;
}

/**
 * Sends spans in batches, beside the answers: what a collector does not take is dropped once 2,048 wait, and no answer
 * is kept by it.
 */
export function startExporter({ traces, address, version, report }: ExporterOptions): OpenedTelemetry {
  const exporter = watched(new OTLPTraceExporter({ url: traces.url, timeoutMillis: EXPORT_MS }), (error) =>
    report('warn', 'spans are not taken by the collector', { url: originOf(traces.url), error }),
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': traces.service,
      'service.version': version,
      'service.instance.id': address,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: traces.delayMs,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('isobit', version);
  return {
    telemetry: { asked: (record) => recordSpan(tracer, record) },
    async [Symbol.asyncDispose]() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, GRACE_MS);
      await Promise.race([provider.shutdown().catch(() => {}), late.promise]);
      clearTimeout(timer);
    },
  };
}

/** Tells of the first failure after a success; more of the same would only fill the log. */
function watched(exporter: SpanExporter, onFailure: (error: string) => void): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined || result.code !== 0;
        if (hasFailed && !isFailing) onFailure(result.error?.message ?? 'refused');
        isFailing = hasFailed;
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Without path and query, which may hold secrets. */
const originOf = (url: string): string => new URL(url).origin;
