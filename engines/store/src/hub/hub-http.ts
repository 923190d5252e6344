import { setTimeout as sleep } from 'node:timers/promises';
import { isCoded, printable } from '@isobit/core';
import { storeError } from '../errors.ts';
import type { HubSettings } from './hub-settings.ts';
import { isBusy, refusalOf, retryAfterMs, unreachable } from './refusals.ts';
import type { HubAnswer, HubTransport } from './transport.ts';

export interface HubHttpOptions extends Pick<HubSettings, 'endpoint' | 'token'> {
  readonly ask: HubTransport;
  /** Waits for milliseconds. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface HubRequest {
  /** Below the endpoint, with its leading slash. */
  readonly path: string;
  /** What is asked for, in messages. */
  readonly what: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** True for an answer that is the one wanted although its status is a redirect. */
  readonly isFinal?: (answer: HubAnswer) => boolean;
  readonly signal: AbortSignal;
}

export interface HubHttp {
  readonly endpoint: string;
  /**
   * Asks the hub, follows its redirects and comes back later where it asks for that.
   *
   * @returns an answer of status 2xx, 416, or one that is final; to be closed
   * @throws CodedError `HUB_*`
   */
  open(request: HubRequest): Promise<HubAnswer>;
  /** Waits before the next of several tries. @param failures so far, at least 1 */
  pause(failures: number, signal: AbortSignal): Promise<void>;
}

/** Redirects of one question: a renamed repository, then its storage, then a cache before that. */
const MOST_REDIRECTS = 6;
/** Questions to a hub that is busy before it is given up. */
const MOST_TRIES = 5;
/** Longest wait that a hub may ask for by `Retry-After`: whoever must wait longer is told instead. */
const MOST_WAIT_MS = 60_000;
/** First wait where the hub does not say how long; it doubles. */
const FIRST_WAIT_MS = 500;

const loopback = (url: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);

export function createHubHttp({ endpoint, token, ask, wait = sleepFor }: HubHttpOptions): HubHttp {
  const hub = new URL(endpoint);
  // A token over plain http is anyone's who listens.
  const mayCarryToken = hub.protocol === 'https:' || loopback(hub);
  const withheld = token !== undefined && !mayCarryToken;

  /** Only the hub's own origin ever sees the token. */
  const headersFor = (url: URL, headers: Readonly<Record<string, string>>): Record<string, string> => ({
    'user-agent': 'isobit',
    'accept-encoding': 'identity',
    ...headers,
    ...(token && mayCarryToken && url.origin === hub.origin ? { authorization: `Bearer ${token}` } : {}),
  });

  async function follow(request: HubRequest): Promise<HubAnswer> {
    const { path, method = 'GET', headers = {}, isFinal, signal } = request;
    let url = new URL(`${endpoint}${path}`);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const answer = await ask(url, { method, headers: headersFor(url, headers), signal }).catch(
        (error: unknown) => {
          throw unreachable(url.origin, error, signal);
        },
      );
      if (answer.status < 300 || answer.status >= 400 || isFinal?.(answer)) return answer;
      const to = answer.header('location') ?? '';
      answer.close();
      url = redirected(url, to);
    }
    throw storeError('HUB_REDIRECT', `${endpoint} redirects ${request.what} in circles: try again later`);
  }

  function redirected(from: URL, to: string): URL {
    const url = URL.canParse(to, from) ? new URL(to, from) : undefined;
    if (url && !url.username && !url.password && (url.protocol === 'https:' || url.origin === hub.origin))
      return url;
    throw storeError(
      'HUB_REDIRECT',
      `${from.origin} redirects to "${printable(to, 120)}": only https and the hub's own address are followed`,
    );
  }

  const pause = async (failures: number, signal: AbortSignal, stated?: number): Promise<void> => {
    await wait(stated ?? FIRST_WAIT_MS * 2 ** (failures - 1), signal);
  };

  return {
    endpoint,
    pause,
    async open(request) {
      for (let failures = 1; ; failures++) {
        request.signal.throwIfAborted();
        let failed: unknown;
        let stated: number | undefined;
        try {
          const answer = await follow(request);
          if (isWanted(answer, request)) return answer;
          failed = refusalOf(answer, { what: request.what, endpoint, withheld });
          stated = retryAfterMs(answer);
          answer.close();
          if (!isBusy(answer.status)) throw failed;
        } catch (error) {
          if (!isCoded(error, 'HUB_UNREACHABLE') && !isCoded(error, 'HUB_BUSY')) throw error;
          failed = error;
        }
        if (failures === MOST_TRIES || (stated ?? 0) > MOST_WAIT_MS) throw failed;
        await pause(failures, request.signal, stated);
      }
    },
  };
}

const isWanted = (answer: HubAnswer, { isFinal }: HubRequest): boolean =>
  (answer.status >= 200 && answer.status < 300) || answer.status === 416 || isFinal?.(answer) === true;

const sleepFor = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
