import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAtEnd } from '../support.ts';

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}

export interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: OtlpValue }[];
}

/** A collector that takes OTLP over HTTP in JSON, as far as tests look at it. */
export interface Collector {
  readonly url: string;
  /** All that came, as it came. */
  readonly bodies: string[];
  spans(): OtlpSpan[];
  /** From now on nobody listens. */
  close(): Promise<void>;
}

/** @param status with which it answers */
export async function startCollector(
  t: { after(hook: () => unknown): void },
  status = 200,
): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(String(await request.setEncoding('utf8').toArray()));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  closeAtEnd(t, { [Symbol.asyncDispose]: close });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    bodies,
    close,
    spans: () =>
      bodies
        .map((body) => JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] })
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
  };
}

/** Attributes by name, each as the value it holds. */
export const attributesOf = ({ attributes }: OtlpSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainOf(value)]));

const plainOf = ({ stringValue, intValue, arrayValue }: OtlpValue): unknown =>
  stringValue ?? intValue ?? arrayValue?.values.map(plainOf);
