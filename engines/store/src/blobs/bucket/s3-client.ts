import { createHash } from 'node:crypto';
import { isCoded } from '@isobit/core';
import { AwsClient } from 'aws4fetch';
import { storeError } from '../../errors.ts';

export interface S3ClientOptions {
  /** `https://s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`, … Buckets are addressed by path. */
  readonly endpoint: string;
  readonly bucket: string;
  /** `us-east-1` where the server has no regions. */
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Path within the bucket, without a slash in front; empty for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** A bucket of any store that speaks S3. */
export interface S3Client {
  /**
   * Signs (SigV4, with the body's hash) and sends.
   *
   * @returns the answer, or undefined for 404
   * @throws CodedError `STORE_IO`, `STORE_FULL`
   */
  send(request: S3Request): Promise<Response | undefined>;
}

/** Attempts at a request that met a busy or broken server. */
const RETRIES = 4;

export function createS3Client({
  endpoint,
  bucket,
  region,
  accessKey,
  secretKey,
}: S3ClientOptions): S3Client {
  const aws = new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    region,
    service: 's3',
    retries: RETRIES,
  });
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}/`;
  const fail = (
    request: S3Request,
    what: string,
    details: Record<string, unknown>,
    cause?: unknown,
  ): Error => {
    const code = details['status'] === 507 ? 'STORE_FULL' : 'STORE_IO';
    const message = `${request.method} ${base}${request.key ?? ''} failed (${what}): check the bucket and its keys`;
    return storeError(code, message, { bucket, ...details }, { cause });
  };

  return {
    async send(request) {
      const { method, key = '', query = {}, headers = {}, body, signal } = request;
      const url = new URL(base + key);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const hash = createHash('sha256')
        .update(body ?? '')
        .digest('hex');
      try {
        const response = await aws.fetch(url, {
          method,
          headers: { ...headers, 'x-amz-content-sha256': hash },
          // A redirect would carry the signature, and the bytes, to another place.
          redirect: 'manual',
          ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
          ...(signal ? { signal } : {}),
        });
        if (response.status === 404) return await drained(response);
        if (response.ok) return response;
        const text = method === 'HEAD' ? '' : (await response.text()).slice(0, 400);
        throw fail(request, `${response.status} ${/<Code>([^<]{1,80})/.exec(text)?.[1] ?? ''}`, {
          status: response.status,
        });
      } catch (error) {
        if (isCoded(error) || signal?.aborted) throw error;
        throw fail(request, (error as Error).message, {}, error);
      }
    },
  };
}

async function drained(response: Response): Promise<undefined> {
  await response.body?.cancel();
  return undefined;
}
