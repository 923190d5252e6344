import { isCoded } from '@isobit/core';
import { isChat, type JobAnswer, type Request, receiptDigest } from '@isobit/receipt';
import { tokenCounts } from './token-counts.ts';

/** What became of one question to a language model: names, numbers and codes, never a word of what was asked or said. */
export interface AskedRecord {
  readonly operation: 'chat' | 'text_completion' | 'embeddings';
  /** The model as it was asked for. */
  readonly requestModel: string;
  readonly profile: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number;
  /** The header of that name (W3C Trace Context), as it came. */
  readonly traceparent?: string;
  readonly answer?: {
    /** Id of the answer in its API, where it has one. */
    readonly id?: string;
    /** How the answer calls the model that ran, and its id. */
    readonly model: string;
    readonly modelId: string;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    /** Of each answer, in order. */
    readonly finishReasons: readonly string[];
    /** Digest of the receipt. */
    readonly receipt: string;
    readonly worker: string;
  };
  /** Why there is no answer: an error code. */
  readonly error?: string;
}

/** Is told of questions once they have ended. Nobody waits for it, and it never throws. */
export interface Telemetry {
  asked(record: AskedRecord): void;
}

export interface ObservedOptions<T extends { readonly answer: JobAnswer }> {
  readonly telemetry: Telemetry | undefined;
  readonly request: Request;
  /** The model as the question and as the answer call it. */
  readonly requestModel: string;
  readonly model: string;
  readonly id?: string;
  readonly traceparent: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  run(): Promise<T>;
}

/** Has a question answered and tells of it. Models of tensors are no subject of these conventions. */
export async function observed<T extends { readonly answer: JobAnswer }>(
  options: ObservedOptions<T>,
): Promise<T> {
  const { telemetry, request, requestModel, model, id, traceparent, now, clock, run } = options;
  const operation = operationOf(request);
  if (!telemetry || !operation) return run();
  const begun = now();
  const from = clock();
  const tell = (rest: Pick<AskedRecord, 'answer' | 'error'>): void =>
    telemetry.asked({
      operation,
      requestModel,
      profile: request.profile,
      begun,
      ended: begun + (clock() - from),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...rest,
    });
  try {
    const answered = await run();
    const facts = answerOf(request, answered.answer);
    tell({ answer: { ...(id === undefined ? {} : { id }), model, ...facts } });
    return answered;
  } catch (error) {
    tell({ error: isCoded(error) ? error.code : 'INTERNAL' });
    throw error;
  }
}

function operationOf(request: Request): AskedRecord['operation'] | undefined {
  if (request.kind === 'embedding') return 'embeddings';
  if (request.kind !== 'text') return undefined;
  return isChat(request.prompt) ? 'chat' : 'text_completion';
}

function answerOf(request: Request, { receipt, response }: JobAnswer) {
  return {
    modelId: receipt.model,
    ...(response ? tokenCounts(request, response) : {}),
    finishReasons: response?.kind === 'text' ? response.choices.map(({ finish }) => finish) : [],
    receipt: receiptDigest(receipt),
    worker: receipt.worker,
  };
}
