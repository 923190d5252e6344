import { type Canonical, decodeCanonical, decodeForeignJson, limits } from '@isobit/core';
import {
  type Manifest,
  openManifest,
  parseRef,
  type SignedManifest,
  signedManifestKind,
} from '@isobit/model';
import {
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  type Job,
  type JobAnswer,
  type JobProgress,
  jobAnswerKind,
  jobKind,
} from '@isobit/receipt';
import { clientError } from './errors.ts';
import { JOB_LINES, readJobLines } from './job-lines.ts';
import { readBody, refusalOf } from './read-body.ts';
import { readWorkers, type WorkerOffer } from './worker-offer.ts';

/** A model that a reference led to. */
export interface ResolvedModel {
  readonly id: string;
  readonly manifest: Manifest;
  readonly signed: SignedManifest;
}

/** Which worker a job goes to. */
export interface Routing {
  /** Address of the one worker to ask. */
  readonly worker?: string;
  /** Addresses not to ask. */
  readonly exclude?: readonly string[];
  /** Highest price for the run, in smallest units of the network's currency. */
  readonly maxPrice?: bigint;
}

/** The routes of a node's HTTP that a client uses (specs/http.md), with what comes back checked for form. */
export interface NodeApi {
  readonly baseUrl: string;
  /** Reference to model; the id is recomputed and the publisher's signature checked here. */
  resolve(ref: string, signal?: AbortSignal): Promise<ResolvedModel>;
  workers(model: string, signal?: AbortSignal): Promise<WorkerOffer[]>;
  /** @param onProgress told of a text as it comes, where the job asks for that; provisional */
  job(
    job: Job,
    routing: Routing,
    signal?: AbortSignal,
    onProgress?: (progress: JobProgress) => void,
  ): Promise<JobAnswer>;
  evidence(receipt: string, signal?: AbortSignal): Promise<Evidence>;
  /** Keeps evidence with the node, so that its page can show it. Needs the operator token. */
  keepEvidence(evidence: Evidence, signal?: AbortSignal): Promise<void>;
  /** Any other route: the response when its status is 2xx. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

export interface NodeApiOptions {
  /** Such as `http://127.0.0.1:4620`. */
  readonly baseUrl: string;
  /** Base URLs of other nodes of its network, asked in turn where it does not answer. */
  readonly others?: readonly string[];
  /** Operator token, for the routes that change the node; sent to no other. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

export function createNodeApi({ baseUrl, others = [], token, fetch: send = fetch }: NodeApiOptions): NodeApi {
  const roots = [baseUrl, ...others].map((url) => url.replace(/\/+$/, ''));
  const [root] = roots as [string];
  /** The node that answered last: one that is away is asked again when this one is. */
  let current = 0;

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const first = current;
    let reason: unknown;
    for (let turn = 0; turn < roots.length; turn++) {
      const at = (first + turn) % roots.length;
      const url = `${roots[at]}${path}`;
      const headers = new Headers(init.headers);
      if (token && at === 0) headers.set('authorization', `Bearer ${token}`);
      let response: Response;
      try {
        response = await send(url, { redirect: 'manual', ...init, headers });
      } catch (error) {
        if (init.signal?.aborted) throw error;
        reason = error;
        continue;
      }
      current = at;
      if (!response.ok) throw await refusalOf(response, url);
      return response;
    }
    throw clientError(
      'NODE_UNREACHABLE',
      `no node answers at ${roots.join(', ')}: is it running? (isobit node)`,
      { baseUrl: root },
      { cause: reason },
    );
  }

  const bytes = async (path: string, maxBytes: number, init: RequestInit): Promise<Uint8Array> =>
    readBody(await request(path, init), maxBytes, init.signal);
  const canonical = async (path: string, maxBytes: number, init: RequestInit): Promise<Canonical> =>
    decodeCanonical(await bytes(path, maxBytes, init), maxBytes);

  return {
    baseUrl: root,
    request,
    async resolve(ref, signal) {
      const signed = await canonical(
        `/models/${encodeURIComponent(ref)}`,
        limits.documentBytes,
        init(signal),
      );
      const { manifest, id } = openManifest(signed);
      const asked = parseRef(ref);
      if (asked.kind === 'id' && asked.id !== id)
        throw clientError('NODE_PROTOCOL', `${root} answered with model ${id}, asked was ${ref}`);
      return { id, manifest, signed: signedManifestKind.parse(signed) };
    },
    async workers(model, signal) {
      const path = `/models/${encodeURIComponent(model)}/workers`;
      const body = await bytes(path, limits.documentBytes, init(signal));
      return readWorkers(decodeForeignJson(body, limits.documentBytes, limits.documentValues));
    },
    async job(job, { worker, exclude = [], maxPrice }, signal, onProgress) {
      const query = new URLSearchParams([
        ...(worker ? [['worker', worker]] : []),
        ...exclude.map((address) => ['exclude', address]),
        ...(maxPrice === undefined ? [] : [['maxPrice', String(maxPrice)]]),
      ]);
      const response = await request(`/jobs${query.size ? `?${query}` : ''}`, {
        ...init(signal),
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: jobKind.encode(job) as BodyInit,
      });
      if (response.headers.get('content-type')?.startsWith(JOB_LINES))
        return readJobLines(response, job, { signal, onProgress });
      return jobAnswerKind.decode(await readBody(response, limits.jobAnswerBytes, signal));
    },
    async evidence(receipt, signal) {
      return decodeEvidence(await bytes(`/evidence/${receipt}`, limits.evidenceBytes, init(signal)));
    },
    async keepEvidence(evidence, signal) {
      await request('/api/evidence', {
        ...init(signal),
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: encodeEvidence(evidence) as BodyInit,
      });
    },
  };
}

const init = (signal: AbortSignal | undefined): RequestInit => (signal ? { signal } : {});
