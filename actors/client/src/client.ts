import { isCoded, toHex } from '@isobit/core';
import {
  createRequest,
  type Evidence,
  evidenceFromAnswer,
  type Job,
  networkId,
  onnxExact,
  openGenesis,
  type Profile,
  profileByName,
  profileDigest,
  type Request,
  requestDigest,
  responseTensors,
  type Tensor,
} from '@isobit/receipt';
import { type Peer, type Replayer, type Trust, type Verdict, verifyWith } from '@isobit/verify';
import { type Check, refuseUnlessHolds } from './check.ts';
import { clientError } from './errors.ts';
import {
  createNodeApi,
  type NodeApi,
  type NodeApiOptions,
  type ResolvedModel,
  type Routing,
} from './node-api.ts';

export interface ClientOptions extends NodeApiOptions {
  /** Level for questions that name none; `signature`. */
  readonly check?: Check;
  /** What to believe; the open network, any worker and no witness when absent. The clock is read for each answer. */
  readonly trust?: Partial<Omit<Trust, 'now' | 'expected'>>;
  /** Runs requests again; needed for `check: 'replay'`. */
  readonly replayer?: Replayer;
  /** Milliseconds since 1970; `Date.now`. */
  readonly clock?: () => number;
  /** `n` random bytes. */
  readonly random?: (n: number) => Uint8Array;
}

export interface Question {
  /** Id, or name as the node resolves it. */
  readonly model: string | ResolvedModel;
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
  /** Name of a profile; the exact one when absent. */
  readonly profile?: string;
  readonly check?: Check;
  /** Ask for the digests of intermediate values, so that a lie is traced to its operator. */
  readonly trace?: boolean;
  /** Cosignatures of the worker's log to wait for, best effort. */
  readonly witnesses?: number;
  /** The worker's budget; 60 s. */
  readonly deadlineMs?: number;
  readonly routing?: Routing;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly outputs: Tensor[];
  readonly evidence: Evidence;
  /** Of the level asked for; without checks of content for `none`. */
  readonly verdict: Verdict;
}

export interface Client {
  readonly api: NodeApi;
  /**
   * Asks, checks, and only then returns.
   *
   * @throws AnswerError `ANSWER_REFUTED`, `ANSWER_UNCHECKED` with evidence and verdict; CodedError of the node
   */
  infer(question: Question): Promise<Answer>;
  /** Judges evidence from anywhere with this client's trust, replayer and, where asked, a second worker. */
  verify(
    evidence: Evidence | Uint8Array,
    options?: { check?: Check; signal?: AbortSignal },
  ): Promise<Verdict>;
}

const DEFAULT_DEADLINE_MS = 60_000;

export function createClient(options: ClientOptions): Client {
  const { check: defaultCheck = 'signature', replayer, clock = Date.now, random = secureRandom } = options;
  const api = createNodeApi(options);
  const network = options.trust?.network ?? networkId(openGenesis);
  const trustNow = (expected?: NonNullable<Trust['expected']>): Trust => ({
    ...options.trust,
    network,
    now: clock(),
    ...(expected ? { expected } : {}),
  });

  const jobFor = (
    request: Request,
    {
      trace = false,
      witnesses = 0,
      deadlineMs = DEFAULT_DEADLINE_MS,
    }: Pick<Question, 'trace' | 'witnesses' | 'deadlineMs'>,
  ): Job => ({
    isobit: 'job/1',
    request,
    nonce: toHex(random(32)),
    trace,
    network,
    deadlineMs,
    witnesses,
  });

  async function askPeer(worker: string, request: Request, signal: AbortSignal | undefined) {
    const job = jobFor(request, {});
    const { receipt, response } = await api.job(job, { worker }, signal);
    if (!response || receipt.details.nonce !== job.nonce)
      throw clientError('NODE_PROTOCOL', `worker ${worker} gave no fresh answer`);
    return { receipt, response };
  }

  /** A second worker, chosen here: the fastest that is not the first. It sees the request and no answer. */
  const peer: Peer = {
    async ask({ request, profile, exclude }, { signal }) {
      const offers = (await api.workers(request.model, signal)).filter(
        (o) => o.worker !== exclude && o.profiles.includes(profile.name),
      );
      offers.sort(
        (a, b) => (a.latencyMs ?? Number.POSITIVE_INFINITY) - (b.latencyMs ?? Number.POSITIVE_INFINITY),
      );
      let last: unknown = clientError(
        'PEER_UNAVAILABLE',
        'no second worker offers this model under this profile',
      );
      // One that gives no answer is passed over; one that gives a wrong one is not.
      for (const { worker } of offers) {
        try {
          return await askPeer(worker, request, signal);
        } catch (error) {
          signal?.throwIfAborted();
          if (!isCoded(error)) throw error;
          last = error;
        }
      }
      throw last;
    },
  };

  const portsFor = (check: Check) => ({
    ...(check === 'replay' && replayer ? { replayer } : {}),
    ...(check === 'peer' ? { peer } : {}),
  });

  return {
    api,
    async infer(question) {
      const { inputs, outputs, signal, routing = {}, check = defaultCheck } = question;
      const profile: Profile = question.profile ? profileByName(question.profile) : onnxExact;
      const model =
        typeof question.model === 'string' ? await api.resolve(question.model, signal) : question.model;
      const request = createRequest({
        model: model.id,
        profile: profile.name,
        salt: random(32),
        inputs,
        ...(outputs ? { outputs } : {}),
      });
      const job = jobFor(request, question);
      const answer = await api.job(job, routing, signal);
      const evidence = evidenceFromAnswer(job, answer, model.signed);
      const trust = trustNow({
        nonce: job.nonce,
        request: requestDigest(request),
        model: model.id,
        profile: profileDigest(profile),
      });
      const verdict = await verifyWith(evidence, trust, portsFor(check), signal ? { signal } : {});
      refuseUnlessHolds(check, evidence, verdict);
      if (!evidence.response)
        throw clientError(
          'NODE_PROTOCOL',
          `the run ended as "${evidence.receipt.outcome}" without an answer`,
        );
      return { outputs: responseTensors(evidence.response), evidence, verdict };
    },
    verify: (evidence, { check = defaultCheck, signal } = {}) =>
      verifyWith(evidence, trustNow(), portsFor(check), signal ? { signal } : {}),
  };
}

const secureRandom = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n));
