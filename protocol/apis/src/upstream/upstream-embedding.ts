import { limits } from '@isobit/core';
import { createResponse, type EmbeddingRequest, type TensorsResponse } from '@isobit/receipt';
import { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';
import { asAnswer, checkModel } from './as-answer.ts';
import type { AskedServer, UpstreamBody } from './upstream-body.ts';

/** The body that asks a server for embeddings (specs/upstream.md section 5). */
export const upstreamEmbeddingBody = ({ texts }: EmbeddingRequest, { model }: AskedServer): UpstreamBody => ({
  path: 'embeddings',
  body: { model, input: texts, encoding_format: 'float' },
});

export interface UpstreamEmbeddingOptions {
  readonly request: EmbeddingRequest;
  /** What the server calls the model. */
  readonly model: string;
}

/** The response that a server's answer stands for. @throws CodedError `API_ANSWER`, `API_LIMIT` */
export const upstreamEmbedding = (
  json: unknown,
  { request, model }: UpstreamEmbeddingOptions,
): TensorsResponse =>
  asAnswer(() => {
    const answer = new Members(json, '');
    checkModel(answer, model);
    const count = request.texts.length;
    const rows = new Map<number, readonly unknown[]>();
    for (const [at, each] of (answer.list('data') ?? []).entries()) {
      const entry = new Members(each, `data[${at}]`);
      rows.set(
        entry.integer('index', 0, count - 1) ?? at,
        entry.required('embedding', entry.list('embedding')),
      );
    }
    const width = rows.get(0)?.length ?? 0;
    if (rows.size !== count || width === 0 || width > limits.upstreamWidth)
      throw apiError('API_ANSWER', 'the server gives no embedding of each text');
    const data = new DataView(new ArrayBuffer(count * width * Float32Array.BYTES_PER_ELEMENT));
    for (const [index, row] of rows) writeRow(data, index * width, row, width);
    return createResponse([
      { name: 'embedding', datatype: 'FP32', shape: [count, width], data: new Uint8Array(data.buffer) },
    ]);
  });

function writeRow(data: DataView, from: number, row: readonly unknown[], width: number): void {
  if (row.length !== width) throw apiError('API_ANSWER', 'the server gives embeddings of several widths');
  for (const [at, value] of row.entries()) {
    const float = typeof value === 'number' ? Math.fround(value) : Number.NaN;
    if (!Number.isFinite(float))
      throw apiError('API_ANSWER', 'the server gives embeddings that are no finite floats');
    data.setFloat32((from + at) * Float32Array.BYTES_PER_ELEMENT, float, true);
  }
}
