import type { Request as CanonicalRequest, Evidence } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';
import type { Check } from '../check.ts';
import { AnswerError } from '../errors.ts';
import type { NodeApi, ResolvedModel } from '../node-api.ts';
import type { CheckedResponse, RequestOptions } from '../question.ts';

/** An answer that was checked, whatever came out. */
export interface CheckedAnswer {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** False where it was withheld. */
  readonly holds: boolean;
}

export interface CheckedFetchSettings {
  /**
   * `provisional`: words of a stream are given as they come, and its calls, finish reason and end only once the answer
   * is checked; a refuted one ends in an error. `verified`: nothing is given before that. `provisional` when absent.
   */
  readonly stream?: 'provisional' | 'verified';
  /** Told of each answer through `fetch` and `chat`, also of one that is withheld: the place to keep evidence. */
  readonly onAnswer?: (answer: CheckedAnswer) => void;
}

export interface CheckedFetchOptions extends CheckedFetchSettings {
  readonly api: NodeApi;
  readonly ask: (
    request: CanonicalRequest,
    model: ResolvedModel,
    options?: RequestOptions,
  ) => Promise<CheckedResponse>;
  readonly check: Check;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (n: number) => Uint8Array;
}

/**
 * A `fetch` for packages that speak the API of OpenAI, Anthropic or Ollama. It makes the canonical request itself, with a
 * salt and a nonce of its own, asks the node for a job, checks the answer and says in the API's words what it holds: no
 * word of a gateway is taken.
 *
 * What cannot be answered is a response with an error of the API: 406 with the code `ANSWER_REFUTED` or
 * `ANSWER_UNCHECKED` and the claim where an answer is withheld, the node's own status where it refused. Routes whose answers
 * are not checked here (`answer-api.ts`) are 404 `ROUTE_UNCHECKED`.
 */
export function createCheckedFetch(options: CheckedFetchOptions): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // Who asks questions of its own needs none of it.
    const { answerApi } = await import('./answer-api.ts');
    return answerApi(request, telling(options));
  };
}

/** The options of one who tells each answer before it goes on. */
export function telling(options: CheckedFetchOptions): CheckedFetchOptions {
  const { onAnswer = () => {} } = options;
  return {
    ...options,
    async ask(request, model, how) {
      try {
        const answered = await options.ask(request, model, how);
        const { evidence, verdict } = answered;
        onAnswer({ evidence, verdict, holds: true });
        return answered;
      } catch (error) {
        if (error instanceof AnswerError)
          onAnswer({ evidence: error.evidence, verdict: error.verdict, holds: false });
        throw error;
      }
    },
  };
}
