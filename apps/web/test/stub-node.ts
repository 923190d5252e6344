import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { utf8 } from '@isobit/core';
import { engineDigest, kernelsDigest } from '@isobit/exact';
import { blockRoot, joinLeaves } from '@isobit/model';
import { model, modelRoot, wasm } from './digits.ts';
import { kernels, textModel, textParts, textRoot } from './nonsense.ts';
import { leavesOf } from './signed.ts';

export interface StubNode extends AsyncDisposable {
  readonly url: string;
  /** Evidence by the digest in the address, as bytes: a stub may serve anything. */
  readonly evidence: Map<string, Uint8Array>;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** Served as engines, by digest. */
  readonly engines: Map<string, Uint8Array>;
  /** Served as files of models, by root. */
  readonly blobs: Map<string, Uint8Array>;
  /** Where false, it never answers for the engine. */
  givesEngine: boolean;
}

/** The routes of a node that the page uses, from memory. It answers pages of other origins. */
export async function startStubNode(html: Uint8Array): Promise<StubNode> {
  const server = createServer((request, response) => {
    node.asked.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'range');
    if (request.url?.startsWith('/engines/') && !node.givesEngine) return;
    const body = answer(node, html, request);
    response.statusCode = body ? 200 : 404;
    response.setHeader(
      'content-type',
      body === html ? 'text/html; charset=utf-8' : 'application/octet-stream',
    );
    response.end(body ?? (request.url?.startsWith('/engines/') ? UNINSTALLED : UNKNOWN));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const node: StubNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    evidence: new Map(),
    asked: [],
    engines: new Map([
      [engineDigest, wasm],
      [kernelsDigest, kernels],
    ]),
    blobs: new Map(FILES),
    givesEngine: true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return node;
}

const FILES = [
  [modelRoot, model],
  [textRoot, textModel],
  ...Object.values(textParts).map((part) => [blockRoot(leavesOf(part)), part] as const),
] as const;

const LEAVES = new Map(FILES.map(([root, bytes]) => [root, joinLeaves(leavesOf(bytes))]));

const UNKNOWN = utf8(
  '{"code":"EVIDENCE_UNKNOWN","error":"this node keeps no evidence of that receipt: ask for the file"}',
);

const UNINSTALLED = utf8(
  '{"code":"ENGINE_UNAVAILABLE","error":"the engines of the profiles fast and llama-wasm-1 are not installed: npm run setup:native"}',
);

function answer(
  node: StubNode,
  html: Uint8Array,
  { url = '', headers }: IncomingMessage,
): Uint8Array | undefined {
  const [, kind, digest = '', part] = url.split('/');
  if (url === '/' || kind === 'r') return html;
  if (kind === 'evidence') return node.evidence.get(digest);
  if (kind === 'engines') return node.engines.get(digest);
  if (kind !== 'blobs') return undefined;
  if (part === 'leaves') return LEAVES.get(digest);
  const [, start = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return node.blobs.get(digest)?.subarray(Number(start), Number(last) + 1);
}
