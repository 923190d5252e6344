import { toHex } from '@isobit/core';
import {
  createEmbeddingRequest,
  createRequest,
  createTextRequest,
  type Evidence,
  evidenceFromAnswer,
  type Job,
  networkId,
  ofKind,
  openGenesis,
  type Profile,
  profileByName,
  profileDigest,
  type Request,
  requestDigest,
  responseTensors,
  usualProfileOf,
} from '@isobit/receipt';
import { type Replayer, type Trust, type Verdict, verifyWith } from '@isobit/verify';
import type { ChatAnswer, ChatOptions } from './apis/ask-chat.ts';
import { type CheckedFetchSettings, createCheckedFetch, telling } from './apis/checked-fetch.ts';
import { type Check, refuseUnlessHolds } from './check.ts';
import { clientError } from './errors.ts';
import { createMemoryReplayer } from './memory-replayer.ts';
import { createNodeApi, type NodeApi, type NodeApiOptions, type ResolvedModel } from './node-api.ts';
import type {
  Answer,
  AskOptions,
  CheckedResponse,
  EmbeddingQuestion,
  Question,
  RequestOptions,
  TextAnswer,
  TextQuestion,
} from './question.ts';
import { createSecondWorker } from './second-worker.ts';

export interface ClientOptions extends NodeApiOptions, CheckedFetchSettings {
  /** Level for questions that name none; `signature`. */
  readonly check?: Check;
  /** What to believe; the open network, any worker and no witness when absent. The clock is read for each answer. */
  readonly trust?: Partial<Omit<Trust, 'now' | 'expected'>>;
  /** Runs requests again, for `check: 'replay'`; in this thread and its memory when absent (`createMemoryReplayer`). */
  readonly replayer?: Replayer;
  /** Milliseconds since 1970; `Date.now`. */
  readonly clock?: () => number;
  /** `n` random bytes. */
  readonly random?: (n: number) => Uint8Array;
}

/**
 * Each question is asked, its answer checked, and only then returned.
 *
 * Errors: AnswerError `ANSWER_REFUTED`, `ANSWER_UNCHECKED` with evidence and verdict; CodedError of the node
 */
export interface Client {
  readonly api: NodeApi;
  /** Tensors in, tensors out. */
  infer(question: Question): Promise<Answer>;
  /** A prompt in, text out. What `onPiece` is told comes before the check. */
  generate(question: TextQuestion): Promise<TextAnswer>;
  /** Texts in, one tensor `embedding` out: FP32 [texts, width]. */
  embed(question: EmbeddingQuestion): Promise<Answer>;
  /**
   * Asks a canonical request.
   *
   * @param model the one that the request names
   */
  ask(request: Request, model: ResolvedModel, options?: RequestOptions): Promise<CheckedResponse>;
  /** A body of OpenAI's `/v1/chat/completions` in, its answer out: for shells of other packages (`askChat`). */
  chat(body: object, options?: ChatOptions): Promise<ChatAnswer>;
  /**
   * For packages that speak another API (specs/apis.md): as the global `fetch`, and each answer is checked before it is
   * returned. What is refused comes back as an error of that API (`createCheckedFetch`).
   */
  readonly fetch: typeof fetch;
  /** Judges evidence from anywhere with this client's trust, replayer and, where asked, a second worker. */
  verify(
    evidence: Evidence | Uint8Array,
    options?: { check?: Check; signal?: AbortSignal },
  ): Promise<Verdict>;
}

const DEFAULT_DEADLINE_MS = 60_000;
/** A long answer of a large model on a slow machine. */
const TEXT_DEADLINE_MS = 600_000;

export function createClient(options: ClientOptions): Client {
  const { check: defaultCheck = 'signature', clock = Date.now, random = secureRandom } = options;
  const api = createNodeApi(options);
  const { replayer = createMemoryReplayer({ sources: [api] }) } = options;
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
      deadlineMs = request.kind === 'text' ? TEXT_DEADLINE_MS : DEFAULT_DEADLINE_MS,
      nonce = toHex(random(32)),
      onPiece,
    }: RequestOptions = {},
  ): Job => ({
    isobit: 'job/1',
    request,
    nonce,
    trace,
    network,
    deadlineMs,
    witnesses,
    ...(onPiece ? { progress: true } : {}),
  });

  const peer = createSecondWorker({ api, jobFor });
  const portsFor = (check: Check) => ({
    ...(check === 'replay' ? { replayer } : {}),
    ...(check === 'peer' ? { peer } : {}),
  });

  async function ask(
    request: Request,
    model: ResolvedModel,
    options: RequestOptions = {},
  ): Promise<CheckedResponse> {
    const { signal, routing = {}, check = defaultCheck, onPiece } = options;
    const job = jobFor(request, options);
    const answer = await api.job(job, routing, signal, ({ pieces }) => {
      for (const piece of pieces) onPiece?.(piece);
    });
    const evidence = evidenceFromAnswer(job, answer, model.signed);
    const trust = trustNow({
      nonce: job.nonce,
      request: requestDigest(request),
      model: model.id,
      profile: profileDigest(profileByName(request.profile)),
    });
    const verdict = await verifyWith(evidence, trust, portsFor(check), signal ? { signal } : {});
    refuseUnlessHolds(check, evidence, verdict);
    const { response } = evidence;
    if (!response)
      throw clientError('NODE_PROTOCOL', `the run ended as "${evidence.receipt.outcome}" without an answer`);
    return { response, evidence, verdict };
  }

  /** @param make the request, once its head is known */
  async function askQuestion(
    question: AskOptions & Pick<RequestOptions, 'onPiece'>,
    make: (head: { model: string; profile: string; salt: Uint8Array }) => Request,
  ): Promise<CheckedResponse> {
    const named: Profile | undefined = question.profile ? profileByName(question.profile) : undefined;
    const model =
      typeof question.model === 'string'
        ? await api.resolve(question.model, question.signal)
        : question.model;
    const profile = named ?? usualProfileOf(model.manifest);
    const request = make({ model: model.id, profile: profile.name, salt: random(32) });
    return ask(request, model, question);
  }

  const checked = { ...options, api, ask, check: defaultCheck, clock, random };
  return {
    api,
    ask,
    fetch: createCheckedFetch(checked),
    async chat(body, how = {}) {
      const { askChat } = await import('./apis/ask-chat.ts');
      return askChat(body, how, telling(checked));
    },
    async infer(question) {
      const { inputs, outputs } = question;
      const { response, ...found } = await askQuestion(question, (head) =>
        createRequest({ ...head, inputs, ...(outputs ? { outputs } : {}) }),
      );
      return { outputs: responseTensors(response), ...found };
    },
    async generate(question) {
      const { prompt, maxTokens, sampling, stop, choices, logProbabilities, tokenBytes, grammar } = question;
      const members = { prompt, maxTokens, sampling, stop, choices, logProbabilities, tokenBytes, grammar };
      const stated = Object.fromEntries(
        Object.entries(members).filter(([, value]) => value !== undefined),
      ) as Pick<TextQuestion, keyof typeof members>;
      const { response, ...found } = await askQuestion(question, (head) =>
        createTextRequest({ ...head, ...stated }),
      );
      return { response: ofKind(response, 'text'), ...found };
    },
    async embed(question) {
      const { response, ...found } = await askQuestion(question, (head) =>
        createEmbeddingRequest({ ...head, texts: question.texts }),
      );
      return { outputs: responseTensors(response), ...found };
    },
    verify: (evidence, { check = defaultCheck, signal } = {}) =>
      verifyWith(evidence, trustNow(), portsFor(check), signal ? { signal } : {}),
  };
}

const secureRandom = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n));
