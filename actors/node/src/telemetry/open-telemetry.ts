import type { Telemetry } from '@isobit/gateway';
import type { NodeLog } from '../node-log.ts';
import type { NodeOptions } from '../options.ts';

export interface OpenTelemetryOptions {
  /** Where spans are sent; nowhere when absent. */
  readonly traces: NodeOptions['traces'];
  /** Of the node. */
  readonly address: string;
  readonly version: string;
  readonly report: NodeLog;
}

export interface OpenedTelemetry extends AsyncDisposable {
  /** Absent where nobody is told. */
  readonly telemetry?: Telemetry;
}

/**
 * Tells a collector of each question to a language model (specs/http.md section 4.2). The libraries are loaded only where
 * there is one.
 */
export async function openTelemetry({
  traces,
  address,
  version,
  report,
}: OpenTelemetryOptions): Promise<OpenedTelemetry> {
  if (!traces) return { async [Symbol.asyncDispose]() {} };
  const { startExporter } = await import('./exporter.ts');
  return startExporter({ traces, address, version, report });
}
