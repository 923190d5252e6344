import { limits, utf8 } from '@isobit/core';
import { storeError } from '../../errors.ts';
import type { BlobStat, BlobStore } from '../blob-store.ts';
import type { S3Client } from './s3-client.ts';
import { completion, textOf } from './s3-xml.ts';

export interface UploadOptions {
  readonly client: S3Client;
  readonly key: string;
  readonly source: Pick<BlobStore, 'read'>;
  readonly stat: BlobStat;
  readonly signal?: AbortSignal;
}

/** S3 takes 10,000 parts of 5 MiB or more. */
const MOST_PARTS = 10_000;
const PART_BYTES = 16 * limits.blockBytes;

/** Uploads a blob in parts, one in memory at a time; a blob of one part in one request. Nothing is seen of it before its end. */
export async function upload(options: UploadOptions): Promise<void> {
  const { client, key, stat, signal } = options;
  const partBytes = Math.max(PART_BYTES, Math.ceil(stat.size / MOST_PARTS));
  if (stat.size <= partBytes) {
    await client.send({
      method: 'PUT',
      key,
      body: await readPart(options, 0, stat.size),
      ...(signal ? { signal } : {}),
    });
    return;
  }
  const id = textOf(await textAnswer(client, { method: 'POST', key, query: { uploads: '' } }), 'UploadId');
  if (!id)
    throw storeError('STORE_IO', `the bucket began no upload of ${key}: check that it speaks S3`, { key });
  try {
    const etags: string[] = [];
    for (let start = 0; start < stat.size; start += partBytes) {
      const body = await readPart(options, start, Math.min(start + partBytes, stat.size));
      const query = { partNumber: String(etags.length + 1), uploadId: id };
      const answer = await client.send({ method: 'PUT', key, query, body, ...(signal ? { signal } : {}) });
      etags.push(answer?.headers.get('etag') ?? '');
    }
    const done = await textAnswer(client, {
      method: 'POST',
      key,
      query: { uploadId: id },
      body: utf8(completion(etags)),
    });
    // S3 may answer 200 and say in the body that it failed.
    const failure = textOf(done, 'Code');
    if (failure)
      throw storeError('STORE_IO', `the bucket did not complete ${key} (${failure}): try again`, { key });
  } catch (error) {
    await client.send({ method: 'DELETE', key, query: { uploadId: id } }).catch(() => undefined);
    throw error;
  }
}

async function textAnswer(client: S3Client, request: Parameters<S3Client['send']>[0]): Promise<string> {
  return (await client.send(request))?.text() ?? '';
}

async function readPart(
  { source, stat, signal }: UploadOptions,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const part = new Uint8Array(end - start);
  let filled = 0;
  for await (const chunk of source.read(stat.root, { start, end }, signal)) {
    part.set(chunk, filled);
    filled += chunk.length;
  }
  return part;
}
