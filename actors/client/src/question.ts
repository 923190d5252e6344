import type { Evidence, Response, Tensor, TextPiece, TextRequest, TextResponse } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';
import type { Check } from './check.ts';
import type { ResolvedModel, Routing } from './node-api.ts';

/** How a request is asked, and how far its answer is checked. */
export interface RequestOptions {
  readonly check?: Check;
  /** Ask for the digests of intermediate values, so that a lie is traced to its cause. */
  readonly trace?: boolean;
  /** Cosignatures of the worker's log to wait for, best effort. */
  readonly witnesses?: number;
  /** The worker's budget; 60 s, for texts 600 s. */
  readonly deadlineMs?: number;
  readonly routing?: Routing;
  readonly signal?: AbortSignal;
  /** 64 hex characters; random when absent. */
  readonly nonce?: string;
  /** Told of a text as it comes: provisional, since it is neither signed nor checked before the answer is. */
  readonly onPiece?: (piece: TextPiece) => void;
}

/** What every question may say. */
export interface AskOptions extends Omit<RequestOptions, 'nonce' | 'onPiece'> {
  /** Id, or name as the node resolves it. */
  readonly model: string | ResolvedModel;
  /** Name of a profile; the exact one for models of this format when absent. */
  readonly profile?: string;
}

export interface Question extends AskOptions {
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
}

/** Members as in specs/request.md section 4. */
export interface TextQuestion
  extends AskOptions,
    Pick<RequestOptions, 'onPiece'>,
    Pick<
      TextRequest,
      'prompt' | 'maxTokens' | 'sampling' | 'stop' | 'choices' | 'logProbabilities' | 'tokenBytes' | 'grammar'
    > {}

export interface EmbeddingQuestion extends AskOptions {
  readonly texts: readonly string[];
}

interface Checked {
  readonly evidence: Evidence;
  /** Of the level asked for; without checks of content for `none`. */
  readonly verdict: Verdict;
}

/** What a request was answered with. */
export interface CheckedResponse extends Checked {
  readonly response: Response;
}

export interface Answer extends Checked {
  readonly outputs: Tensor[];
}

export interface TextAnswer extends Checked {
  readonly response: TextResponse;
}
