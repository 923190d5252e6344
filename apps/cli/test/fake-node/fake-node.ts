import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CodedError, encodeCanonical, fromUtf8, isCoded, nodeKey, sha256, utf8 } from '@isobit/core';
import { announceRunning } from '@isobit/node/running';
import {
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  jobAnswerKind,
  jobKind,
  jobProgressKind,
  llmExact,
  networkId,
  onnxExact,
  openGenesis,
  receiptDigest,
} from '@isobit/receipt';
import { createBlobHandler, createMemoryBlobs } from '@isobit/store';
import { FakeKeys } from './keys.ts';
import { FakeModels, type Publication } from './models.ts';
import { FakeWorker } from './worker.ts';

export interface FakeNode extends AsyncDisposable {
  readonly url: string;
  readonly worker: FakeWorker;
  /** What `GET /evidence` serves. */
  readonly evidence: Map<string, Evidence>;
  /** Events that `POST /api/pull` puts before the last. */
  dropped: object[];
}

const TOKEN = 'a'.repeat(64);

/**
 * A node as specs/http.md tells it, in this process: real documents, signatures, runs and log, no network behind it.
 * It announces itself in `home`, as a node does.
 */
export async function startFakeNode(home: string, port = 0): Promise<FakeNode> {
  const key = nodeKey(sha256(utf8('isobit test key fake node')));
  const blobs = createMemoryBlobs();
  const models = new FakeModels(key, blobs);
  const worker = new FakeWorker(key, models);
  const keys = new FakeKeys((ref) => models.resolve(ref).id);
  const serveBlob = createBlobHandler({ store: blobs });
  const evidence = new Map<string, Evidence>();
  const dropped: object[] = [];
  const json = (value: unknown): Response => Response.json(value);
  const canonical = (bytes: Uint8Array): Response => new Response(bytes as BodyInit);

  const routes: [string, RegExp, (match: string[], request: Request) => Promise<Response> | Response][] = [
    ['GET', /^\/models$/, () => json({ models: models.list() })],
    ['GET', /^\/api\/keys$/, () => json(keys.list())],
    [
      'POST',
      /^\/api\/keys$/,
      async (_, request) => json(keys.create((await request.json()) as { name: string })),
    ],
    ['DELETE', /^\/api\/keys\/([^/]+)$/, ([name]) => json(keys.remove(decode(name)))],
    ['GET', /^\/models\/([^/]+)$/, ([ref]) => canonical(encodeCanonical(models.resolve(decode(ref)).signed))],
    ['GET', /^\/models\/([^/]+)\/hosts$/, () => json({ hosts: [{ node: key.address, http: [node.url] }] })],
    [
      'GET',
      /^\/models\/([^/]+)\/workers$/,
      ([ref]) => {
        const { format } = models.resolve(decode(ref)).signed.manifest;
        const profile = format === 'onnx' ? onnxExact : llmExact;
        return json({
          workers: [{ worker: key.address, profiles: [profile.name], price: '0', latencyMs: 0.4 }],
        });
      },
    ],
    [
      'POST',
      /^\/jobs$/,
      async (_, request) => {
        const job = jobKind.decode(new Uint8Array(await request.arrayBuffer()));
        const lines: Uint8Array[] = [];
        const answer = await worker.answer(job, (piece) =>
          lines.push(jobProgressKind.encode({ isobit: 'job-progress/1', pieces: [piece] })),
        );
        const last = jobAnswerKind.encode(answer);
        if (!job.progress) return canonical(last);
        return new Response([...lines, last].map((line) => `${fromUtf8(line)}\n`).join(''), {
          headers: { 'content-type': 'application/x-ndjson' },
        });
      },
    ],
    [
      'GET',
      /^\/evidence\/([0-9a-f]{64})$/,
      ([digest = '']) => {
        const kept = evidence.get(digest);
        if (!kept) throw new CodedError('RECEIPT_UNKNOWN', 'no such receipt here');
        return canonical(encodeEvidence(kept));
      },
    ],
    ['GET', /^\/blobs\/.*$/, (_, request) => serveBlob(request)],
    ['GET', /^\/log\/key$/, () => canonical(encodeCanonical(worker.binding))],
    [
      'GET',
      /^\/log\/(.+)$/,
      ([path = '']) => {
        const bytes = worker.publicFile(path);
        return bytes ? canonical(bytes) : new Response('', { status: 404 });
      },
    ],
    [
      'GET',
      /^\/api\/status$/,
      () =>
        json({
          address: key.address,
          peerId: '16Uiu2',
          network: networkId(openGenesis),
          version: '0.1.0',
          roles: ['host', 'worker', 'witness', 'gateway'],
          addresses: ['/ip4/127.0.0.1/tcp/1/p2p/16Uiu2'],
          http: [node.url],
          log: { origin: 'x', size: 0, vkey: worker.binding.log },
          signing: { ok: true },
          peers: [],
        }),
    ],
    [
      'PUT',
      /^\/api\/blobs$/,
      async (_, request) => json(await blobs.put((request.body ?? []) as AsyncIterable<Uint8Array>)),
    ],
    [
      'POST',
      /^\/api\/models$/,
      async (_, request) => {
        const { id, name, version } = await models.publish((await request.json()) as Publication);
        return json({ id, name, version });
      },
    ],
    [
      'GET',
      /^\/api\/models$/,
      () => json({ models: models.list().map((each) => ({ ...each, held: true, loaded: false })) }),
    ],
    ['DELETE', /^\/api\/models\/([^/]+)$/, ([ref]) => json(models.forget(decode(ref)))],
    ['GET', /^\/api\/ps$/, () => json({ loaded: [], jobs: { running: 0, queued: 0, capacity: 1 } })],
    [
      'POST',
      /^\/api\/pull$/,
      async (_, request) => {
        const { id, signed } = models.resolve(((await request.json()) as { ref: string }).ref);
        const size = signed.manifest.files.reduce((sum, file) => sum + file.size, 0);
        const events = [{ event: 'start', id, size }, ...dropped, { event: 'done', id, fetched: size }];
        return new Response(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      },
    ],
    [
      'PUT',
      /^\/api\/evidence$/,
      async (_, request) => {
        const kept = decodeEvidence(new Uint8Array(await request.arrayBuffer()));
        evidence.set(receiptDigest(kept.receipt), kept);
        return json({ digest: receiptDigest(kept.receipt) });
      },
    ],
  ];

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/api/') && request.headers.get('authorization') !== `Bearer ${TOKEN}`)
      return refusal(
        401,
        new CodedError('TOKEN_REQUIRED', "only the node's operator may do this: send its token"),
      );
    for (const [method, pattern, handle] of routes) {
      const match = request.method === method && pattern.exec(pathname);
      if (match) return handle(match.slice(1), request);
    }
    return refusal(404, new CodedError('ROUTE_UNKNOWN', `no route ${pathname}`));
  }

  const server = createServer((incoming, outgoing) => {
    answer(requestOf(incoming))
      .catch((error: unknown) =>
        refusal(isCoded(error, 'MODEL_UNKNOWN') || isCoded(error, 'RECEIPT_UNKNOWN') ? 404 : 400, error),
      )
      .then((response) => send(response, outgoing))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataDir = join(home, 'node');
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'operator.token'), `${TOKEN}\n`, { mode: 0o600 });
  const announced = await announceRunning(home, {
    pid: process.pid,
    http: url,
    address: key.address,
    dataDir,
    started: 1,
  });
  const node: FakeNode = {
    url,
    worker,
    evidence,
    dropped,
    async [Symbol.asyncDispose]() {
      await announced[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await worker[Symbol.asyncDispose]();
    },
  };
  return node;
}

const decode = (text: string | undefined): string => decodeURIComponent(text ?? '');

const refusal = (status: number, error: unknown): Response => {
  const { code, message } = isCoded(error) ? error : { code: 'INTERNAL', message: String(error) };
  return Response.json({ code, error: message }, { status });
};

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', headers, url = '/' } = incoming;
  const bodied = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: headers as Record<string, string>,
    ...(bodied ? { body: incoming as unknown as BodyInit, duplex: 'half' } : {}),
  } as RequestInit);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}
