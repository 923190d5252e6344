import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository that the test hub serves. */
export interface HubRepo {
  /** 40 hex characters. */
  commit: string;
  /** By path. Files of at least `LARGE` bytes, and all weights, are kept as the hub keeps large ones. */
  files: Record<string, Uint8Array>;
  license?: string;
  baseModel?: string | string[];
  /** Its terms must be accepted: only the token may read it. */
  gated?: boolean;
  private?: boolean;
  /** The name under which it is to be found now. */
  movedTo?: string;
}

/** One request as the hub saw it. */
export interface HubSeen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
}

/** What goes wrong, taken away one by one as it happens. */
export interface HubFaults {
  /** Answers the next requests with this status, and these headers. */
  refuse: { status: number; headers?: Record<string, string> }[];
  /** Ends the connection of the next downloads after so many bytes of body. */
  cutAfter: number[];
  /** Sends these bytes instead of a file's, at its storage. */
  replace: Map<string, Uint8Array>;
  /** Leaves headers out of what is said of a file, or changes them. */
  headers: Record<string, string | undefined>;
  /** Where large files are said to lie, instead of this server's own storage. */
  storage: string | undefined;
  /** Ignores `Range`. */
  ignoreRange: boolean;
}

export interface HubServer extends AsyncDisposable {
  readonly url: string;
  readonly repos: Map<string, HubRepo>;
  readonly seen: HubSeen[];
  readonly faults: HubFaults;
}

export const HUB_TOKEN = 'hf_test';
const LARGE = 1024;
const WEIGHTS = /\.(?:gguf|safetensors)$/;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const gitSha1Of = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

const isLarge = (path: string, bytes: Uint8Array): boolean => WEIGHTS.test(path) || bytes.length >= LARGE;
/** How the hub names a file's bytes. */
export const digestOf = (path: string, bytes: Uint8Array): string =>
  isLarge(path, bytes) ? sha256Of(bytes) : gitSha1Of(bytes);

/**
 * A hub on loopback that speaks the API of Hugging Face's: `/api/models/REPO/revision/REV`, and
 * `/REPO/resolve/REV/FILE`, which for large files redirects to its storage.
 */
export async function startHub(repos: Record<string, HubRepo>): Promise<HubServer> {
  const seen: HubSeen[] = [];
  const faults: HubFaults = {
    refuse: [],
    cutAfter: [],
    replace: new Map(),
    headers: {},
    storage: undefined,
    ignoreRange: false,
  };
  const hub = { repos: new Map(Object.entries(repos)), seen, faults, url: '' };
  const server = createServer((request, response) => {
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      range: request.headers.range,
      token,
    });
    const refusal = faults.refuse.shift();
    if (refusal) return response.writeHead(refusal.status, refusal.headers ?? {}).end();
    return route(hub, request, response, token);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...hub,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

type Running = Omit<HubServer, keyof AsyncDisposable>;

function route(
  hub: Running,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
): ServerResponse {
  const { pathname } = new URL(request.url ?? '/', hub.url);
  const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(pathname);
  const resolve = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname);
  const stored = /^\/storage\/([0-9a-f]+)$/.exec(pathname);
  if (stored) return sendStored(hub, stored[1] ?? '', request, response);
  const [, name = '', revision = '', path = ''] = api ?? resolve ?? [];
  const repo = hub.repos.get(name);
  if (repo?.movedTo)
    return response
      .writeHead(307, {
        location: pathname.replace(name, repo.movedTo) + new URL(request.url ?? '/', hub.url).search,
      })
      .end();
  const refuse = (status: number, code: string, message: string): ServerResponse =>
    response.writeHead(status, { 'x-error-code': code, 'x-error-message': message }).end();
  if (!repo || (repo.private && token !== HUB_TOKEN))
    return refuse(token ? 404 : 401, 'RepoNotFound', 'Repository not found');
  if (repo.gated && token !== HUB_TOKEN)
    return refuse(token ? 403 : 401, 'GatedRepo', `Access to model ${name} is restricted`);
  if (![repo.commit, 'main'].includes(decodeURIComponent(revision)))
    return refuse(404, 'RevisionNotFound', 'Invalid rev id');
  if (api) return sendInfo(name, repo, response);
  const file = repo.files[decodeURIComponent(path)];
  if (!file) return refuse(404, 'EntryNotFound', 'Entry not found');
  return sendResolved(hub, { name: decodeURIComponent(path), file, commit: repo.commit }, request, response);
}

function sendInfo(name: string, repo: HubRepo, response: ServerResponse): ServerResponse {
  const siblings = Object.entries(repo.files).map(([path, bytes]) => ({
    rfilename: path,
    size: bytes.length,
    blobId: gitSha1Of(bytes),
    ...(isLarge(path, bytes)
      ? { lfs: { sha256: sha256Of(bytes), size: bytes.length, pointerSize: 130 } }
      : {}),
  }));
  const cardData = {
    ...(repo.license ? { license: repo.license } : {}),
    ...(repo.baseModel ? { base_model: repo.baseModel } : {}),
  };
  response.setHeader('content-type', 'application/json');
  return response.end(
    JSON.stringify({ _id: '1', id: name, sha: repo.commit, gated: repo.gated ?? false, siblings, cardData }),
  );
}

function sendResolved(
  hub: Running,
  { name, file, commit }: { name: string; file: Uint8Array; commit: string },
  request: IncomingMessage,
  response: ServerResponse,
): ServerResponse {
  const digest = digestOf(name, file);
  const said: Record<string, string | undefined> = {
    'x-repo-commit': commit,
    etag: `"${digest}"`,
    ...hub.faults.headers,
  };
  if (!isLarge(name, file)) return sendBytes(hub, file, said, request, response);
  const headers = {
    'x-linked-etag': `"${digest}"`,
    'x-linked-size': String(file.length),
    location: `${hub.faults.storage ?? hub.url}/storage/${digest}`,
    ...said,
  };
  return response.writeHead(302, present(headers)).end();
}

const present = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

function sendStored(
  hub: Running,
  digest: string,
  request: IncomingMessage,
  response: ServerResponse,
): ServerResponse {
  const all = [...hub.repos.values()].flatMap(({ files }) => Object.entries(files));
  const found = all.find(([path, bytes]) => digestOf(path, bytes) === digest);
  if (!found) return response.writeHead(404).end();
  return sendBytes(
    hub,
    hub.faults.replace.get(digest) ?? found[1],
    { etag: `"${digest}"` },
    request,
    response,
  );
}

function sendBytes(
  { faults }: Running,
  bytes: Uint8Array,
  headers: Record<string, string | undefined>,
  request: IncomingMessage,
  response: ServerResponse,
): ServerResponse {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const start = faults.ignoreRange ? 0 : Number(range?.[1] ?? 0);
  if (start >= bytes.length && start > 0) return response.writeHead(416).end();
  const part = bytes.subarray(start);
  const whole =
    range && !faults.ignoreRange
      ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
      : {};
  response.writeHead(start > 0 || 'content-range' in whole ? 206 : 200, {
    'content-length': part.length,
    ...whole,
    ...present(headers),
  });
  if (request.method === 'HEAD') return response.end();
  const cut = faults.cutAfter.shift();
  if (cut === undefined || cut >= part.length) return response.end(part);
  response.write(part.subarray(0, cut), () => response.destroy());
  return response;
}
