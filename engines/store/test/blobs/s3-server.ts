import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A little of S3, in memory, that believes no request whose signature it cannot compute itself. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Multipart uploads that have neither been completed nor aborted. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** `METHOD key?query` of every request whose signature held. */
  readonly seen: string[];
  /** Answers the next requests with 503. */
  busy: number;
}

export const CREDENTIALS = {
  bucket: 'models',
  region: 'eu-central-1',
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'not+a/secret',
};

/** Objects in one page of a listing: small, so that tests turn pages. */
const PAGE = 2;

interface Answer {
  readonly status: number;
  readonly body?: Buffer | string;
  readonly headers?: Record<string, string>;
}

export async function serveS3(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const seen: string[] = [];
  const state = { busy: 0 };
  const server = createServer(async (req, res) => {
    const body = Buffer.concat(await Array.fromAsync(req as AsyncIterable<Buffer>));
    const {
      status,
      body: answer = '',
      headers = {},
    } = state.busy-- > 0 ? { status: 503 } : handle(req, body);
    res.writeHead(status, { 'content-length': Buffer.byteLength(answer), ...headers });
    res.end(req.method === 'HEAD' ? undefined : answer);
  });

  const handle = (req: IncomingMessage, body: Buffer): Answer => {
    const url = new URL(req.url ?? '', `http://${req.headers.host}`);
    if (!isSigned(req, url, body))
      return { status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' };
    const key = decodeURIComponent(url.pathname).slice(`/${CREDENTIALS.bucket}/`.length);
    seen.push(`${req.method} ${key}${url.search}`);
    const query = url.searchParams;
    const upload = query.get('uploadId') ?? '';
    if (!key) return list(query);
    switch (`${req.method}${query.has('uploads') ? ' uploads' : ''}${upload ? ' part' : ''}`) {
      case 'PUT':
        objects.set(key, body);
        return { status: 200, headers: { etag: etagOf(body) } };
      case 'GET':
      case 'HEAD':
        return get(key, req.headers.range);
      case 'DELETE':
        objects.delete(key);
        return { status: 204 };
      case 'POST uploads': {
        const id = `upload-${uploads.size}`;
        uploads.set(id, new Map());
        return {
          status: 200,
          body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        };
      }
      case 'PUT part':
        uploads.get(upload)?.set(Number(query.get('partNumber')), body);
        return { status: 200, headers: { etag: etagOf(body) } };
      case 'POST part':
        return complete(key, upload, body.toString());
      case 'DELETE part':
        uploads.delete(upload);
        return { status: 204 };
      default:
        return { status: 405 };
    }
  };

  const get = (key: string, range: string | undefined): Answer => {
    const object = objects.get(key);
    if (!object) return { status: 404 };
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (start === undefined) return { status: 200, body: object };
    return { status: 206, body: object.subarray(Number(start), Number(end) + 1) };
  };

  const complete = (key: string, id: string, xml: string): Answer => {
    const parts = uploads.get(id) ?? new Map<number, Buffer>();
    const stated = [...xml.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;(\w+)&quot;<\/ETag>/g)];
    const found = stated.map(([, number, etag]) => {
      const part = parts.get(Number(number));
      return part && etagOf(part) === `"${etag}"` ? part : undefined;
    });
    const whole =
      found.length === parts.size &&
      found.every((part, i) => part && (i === found.length - 1 || part.length >= 5 * 2 ** 20));
    if (!whole) return { status: 200, body: '<Error><Code>InvalidPart</Code></Error>' };
    objects.set(key, Buffer.concat(found as Buffer[]));
    uploads.delete(id);
    return { status: 200, body: '<CompleteMultipartUploadResult/>' };
  };

  const list = (query: URLSearchParams): Answer => {
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .sort();
    const page = keys.slice(0, PAGE);
    const next = keys.length > PAGE ? Buffer.from(page.at(-1) ?? '').toString('base64') : undefined;
    const contents = page.map(
      (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`,
    );
    const more = next ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
    return {
      status: 200,
      body: `<ListBucketResult><IsTruncated>${Boolean(next)}</IsTruncated>${contents.join('')}${more}</ListBucketResult>`,
    };
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    seen,
    get busy() {
      return state.busy;
    },
    set busy(times) {
      state.busy = times;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signature Version 4, computed from what arrived (AWS, "Signature Calculations for the Authorization Header"). */
function isSigned(req: IncomingMessage, url: URL, body: Buffer): boolean {
  const {
    authorization = '',
    'x-amz-content-sha256': hash,
    'x-amz-date': date = '',
  } = req.headers as Record<string, string>;
  const [, key, scope = '', signedHeaders = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w{64})$/.exec(
      authorization,
    ) ?? [];
  if (hash !== sha256(body) || key !== CREDENTIALS.accessKey) return false;
  const names = signedHeaders.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.includes(name))) return false;
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const headers = names.map((name) => `${name}:${String(req.headers[name]).trim()}\n`).join('');
  const path = decodeURIComponent(url.pathname).split('/').map(encode).join('/');
  const canonical = [req.method, path, query.join('&'), headers, signedHeaders, hash].join('\n');
  const day = date.slice(0, 8);
  if (scope !== `${day}/${CREDENTIALS.region}/s3/aws4_request`) return false;
  const signing = [CREDENTIALS.region, 's3', 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${CREDENTIALS.secretKey}`, day),
  );
  return (
    signature ===
    hmac(signing, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex')
  );
}
