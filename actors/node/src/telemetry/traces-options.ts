import { nodeError } from '../errors.ts';

/** Where spans go, as OTLP over HTTP in JSON. */
export interface TracesOptions {
  /** URL that spans are posted to, as it is. */
  readonly url: string;
  /** What the spans call this node. */
  readonly service: string;
  /** Milliseconds for which they gather. */
  readonly delayMs: number;
}

const SPAN_DELAY_MS = 5_000;

/**
 * What OpenTelemetry's variables say: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` with
 * `/v1/traces` behind it, unless `OTEL_SDK_DISABLED` or `OTEL_TRACES_EXPORTER=none`; `OTEL_SERVICE_NAME`,
 * `OTEL_BSP_SCHEDULE_DELAY`. Headers and certificates are read by the exporter itself.
 *
 * @throws CodedError `OPTION_INVALID` for what is no URL
 */
export function tracesOf(env: NodeJS.ProcessEnv): TracesOptions | undefined {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (given('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || given('OTEL_TRACES_EXPORTER') === 'none')
    return undefined;
  const base = given('OTEL_EXPORTER_OTLP_ENDPOINT');
  const url =
    given('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw nodeError(
      'OPTION_INVALID',
      `"${url}" is no address of an OpenTelemetry collector: set OTEL_EXPORTER_OTLP_ENDPOINT to one such as http://127.0.0.1:4318`,
    );
  const delayMs = Number(given('OTEL_BSP_SCHEDULE_DELAY') ?? SPAN_DELAY_MS);
  return {
    url,
    service: given('OTEL_SERVICE_NAME') ?? 'isobit',
    delayMs: Number.isSafeInteger(delayMs) && delayMs > 0 ? delayMs : SPAN_DELAY_MS,
  };
}
