import type { ReceiptDetails } from '@isobit/receipt';
import type { SamplingParameters } from './reference/sampler/parameters.ts';

/**
 * What a grammar allows while an answer grows (profile-llm-exact-1 section 11.2). One for each answer: it is
 * told each token once, in order.
 */
export interface TokenConstraint {
  /** One bit for each token id, lowest bit of the first word first; set where the token may come next. */
  allowed(): Uint32Array;
  /** The token that was chosen. */
  accept(token: number): void;
}

/** Ends an answer by its text: stop strings. One for each answer: it is told each token once, in order. */
export interface TokenStop {
  /** Whether the answer ends with this token. */
  accept(token: number): boolean;
}

/** One answer that is asked of a decoder, in tokens. */
export interface TokenRequest {
  /** At least one token. */
  readonly prompt: readonly number[];
  readonly parameters: SamplingParameters;
  /** Which of the answers to one request this is, from 0: the `c` of section 11.4. Absent: 0. */
  readonly choice?: number;
  /** Tokens at most; the context ends an answer too. */
  readonly most: number;
  /** Tokens that end the answer; the one met is its last. */
  readonly ends?: ReadonlySet<number>;
  readonly constraint?: TokenConstraint;
  readonly stop?: TokenStop;
  /** How many alternatives to list with each token's log probability; absent: no log probabilities. */
  readonly alternatives?: number;
  /** 32-byte salt: give each step's digest of the logits. Absent: none. */
  readonly trace?: { readonly salt: Uint8Array };
}

export interface TokenProbability {
  readonly token: number;
  /** Binary32. */
  readonly logProbability: number;
}

/** One step of an answer. */
export interface TokenStep {
  readonly token: number;
  /** Where asked for. */
  readonly logProbability?: number;
  /** Where asked for: the likeliest, in the order of section 11.3. */
  readonly alternatives?: readonly TokenProbability[];
  /** Where a trace is asked for: digest of the logits that the token was drawn from, 32 bytes. */
  readonly logits?: Uint8Array;
}

/** Where an answer parts from what the model gives. */
export interface TokenDifference {
  /** Index in the answer. */
  readonly index: number;
  readonly claimed: number | undefined;
  readonly computed: number | undefined;
  /** Logit of the computed token less that of the claimed one, after penalties and bias; undefined where one is absent. */
  readonly margin: number | undefined;
  /** Where a trace is asked for and a token was computed: digest of the logits that it was drawn from, 32 bytes. */
  readonly logits?: Uint8Array;
}

/**
 * A decoder that is ready to run, in tokens. Adapters: the slow reference, the kernels. Answers may be asked for
 * together: they share passes, and none of their bits depends on who else is there.
 */
export interface TokenEngine extends AsyncDisposable {
  /** The build that computes, as it stands in receipts, where an engine has several. */
  readonly build?: ReceiptDetails['engine'];
  /** Token ids are below it. */
  readonly vocabulary: number;
  /** Positions at most, prompt and answer together. */
  readonly context: number;
  /**
   * Answers a prompt, token by token. Ending the iteration early ends the work within one token.
   *
   * @throws CodedError `SAMPLING_INVALID`, `SAMPLING_IMPOSSIBLE`, `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`,
   * `RUN_NOT_FINITE`, `RUN_ABORTED`
   */
  generate(request: TokenRequest, options?: { signal?: AbortSignal }): AsyncIterable<TokenStep>;
  /**
   * Draws each token of an answer again in one pass over prompt and answer, and stops where one differs.
   *
   * @param answer the tokens claimed; the pass ends with the first that is not what the model gives
   * @returns the steps that agree, and the difference where there is one. An answer that ends although none of
   * `most`, `ends`, `stop` and the context says so differs at its end; so does one that goes on after an end.
   * @throws as `generate`
   */
  check(
    request: TokenRequest,
    answer: readonly number[],
    options?: { signal?: AbortSignal },
  ): Promise<{ readonly steps: readonly TokenStep[]; readonly difference?: TokenDifference }>;
}

/** An encoder that is ready to run. */
export interface TokenEncoder extends AsyncDisposable {
  /** As a `TokenEngine`'s. */
  readonly build?: ReceiptDetails['engine'];
  readonly vocabulary: number;
  readonly context: number;
  /** Values of an embedding. */
  readonly width: number;
  /** @throws CodedError `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`, `RUN_NOT_FINITE`, `RUN_ABORTED` */
  embed(tokens: readonly number[], options?: { signal?: AbortSignal }): Promise<Float32Array>;
}
