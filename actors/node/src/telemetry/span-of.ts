import type { AskedRecord } from '@isobit/gateway';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** Version 00 of W3C Trace Context: trace, parent, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NONE = /^0+$/;

/** The span for which a client asked, where its header names one; a header that does not is as if absent. */
export function parentOf(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === '' || NONE.test(traceId) || NONE.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Makes the span of a question that has ended, by OpenTelemetry's conventions for generative AI. */
export function recordSpan(tracer: Tracer, record: AskedRecord): void {
  const { operation, requestModel, begun, ended, traceparent, error } = record;
  const span = tracer.startSpan(
    `${operation} ${requestModel}`,
    { kind: SpanKind.CLIENT, startTime: begun, attributes: attributesOf(record) },
    parentOf(traceparent),
  );
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(ended);
}

function attributesOf({ operation, requestModel, profile, answer, error }: AskedRecord): Attributes {
  const all: Attributes = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': 'isobit',
    'gen_ai.request.model': requestModel,
    'isobit.profile': profile,
    'error.type': error,
    'gen_ai.response.id': answer?.id,
    'gen_ai.response.model': answer?.model,
    'gen_ai.usage.input_tokens': answer?.inputTokens,
    'gen_ai.usage.output_tokens': answer?.outputTokens,
    'gen_ai.response.finish_reasons': answer?.finishReasons.length ? [...answer.finishReasons] : undefined,
    'isobit.model': answer?.modelId,
    'isobit.receipt': answer?.receipt,
    'isobit.worker': answer?.worker,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
