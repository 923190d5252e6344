import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { utf8 } from '@isobit/core';
import { engineDigest } from '@isobit/exact';
import { joinLeaves } from '@isobit/model';
import { leavesOf, model, modelRoot, wasm } from './digits.ts';

export interface StubNode extends AsyncDisposable {
  readonly url: string;
  /** Evidence by the digest in the address, as bytes: a stub may serve anything. */
  readonly evidence: Map<string, Uint8Array>;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** Served as the engine. */
  engine: Uint8Array;
  /** Served as the model. */
  model: Uint8Array;
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
    response.end(body ?? UNKNOWN);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const node: StubNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    evidence: new Map(),
    asked: [],
    engine: wasm,
    model,
    givesEngine: true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return node;
}

const UNKNOWN = utf8(
  '{"code":"EVIDENCE_UNKNOWN","error":"this node keeps no evidence of that receipt: ask for the file"}',
);

function answer(
  node: StubNode,
  html: Uint8Array,
  { url = '', headers }: IncomingMessage,
): Uint8Array | undefined {
  const [, kind, digest = '', part] = url.split('/');
  if (url === '/' || kind === 'r') return html;
  if (kind === 'evidence') return node.evidence.get(digest);
  if (kind === 'engines' && digest === engineDigest) return node.engine;
  if (kind !== 'blobs' || digest !== modelRoot) return undefined;
  if (part === 'leaves') return joinLeaves(leavesOf(model));
  const [, start = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return node.model.subarray(Number(start), Number(last) + 1);
}
