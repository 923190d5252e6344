import type { Manifest, TensorSignature } from '@isobit/model';
import type { Profile, ReceiptDetails, Request, Response, Tensor, Trace, Usage } from '@isobit/receipt';

/** Where a runtime gets a model's bytes from. */
export interface ModelSource {
  readonly manifest: Manifest;
  /**
   * The whole file at `path` of the manifest, already verified against its block tree.
   *
   * @throws CodedError of the source when the bytes are absent or differ
   */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Absolute path of a local file that is said to hold it, or undefined where there is none. A runtime that uses
   * this verifies the bytes itself as it reads: it spares the parent from holding a stranger's model.
   */
  locate?(path: string): Promise<string | undefined>;
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
}

export interface RunOptions {
  /** Names of the outputs wanted, in this order; all of them, in the model's order, when absent. */
  readonly outputs?: readonly string[];
  readonly signal?: AbortSignal;
  /** Keep the digests of all intermediate values (specs/trace.md). `salt` is the request's, 32 bytes. */
  readonly trace?: { readonly salt: Uint8Array };
}

export interface RunResult {
  /** In the order asked for, NaN canonical. */
  readonly outputs: Tensor[];
  /** Present where the run was asked for one and the runtime is exact. */
  readonly trace?: Trace;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  /** Keep a trace, salted with the request's salt. */
  readonly trace?: boolean;
}

export interface Execution {
  readonly response: Response;
  readonly trace?: Trace;
  readonly usage: Usage;
}

/** A model that is ready to answer requests. They may be given together. */
export interface LoadedModel extends AsyncDisposable {
  /**
   * Answers a request: the pure function of specs/response.md. The caller has matched the request's model id and
   * profile with what it loaded.
   *
   * @throws CodedError of `ExactErrorCode`; `TENSOR_INVALID`
   */
  execute(request: Request, options?: ExecuteOptions): Promise<Execution>;
}

/** A model that takes and gives tensors. Runs take turns. */
export interface TensorModel extends LoadedModel {
  /** What it takes: initialisers are not among them. Dimension -1 is any size. */
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** @throws CodedError of `ExactErrorCode` */
  run(inputs: readonly Tensor[], options?: RunOptions): Promise<RunResult>;
}

/** The build that runs, as it stands in a receipt. */
export type Engine = ReceiptDetails['engine'];

/** Runs models under one profile. Adapters: ONNX in this process, in child processes, native; language models. */
export interface Runtime<M extends LoadedModel = LoadedModel> extends AsyncDisposable {
  readonly profile: Profile;
  readonly engine: Engine;
  /** @throws CodedError of `ExactErrorCode`, or of the source */
  load(source: ModelSource, options?: LoadOptions): Promise<M>;
}

/** A runtime of models that take and give tensors. */
export type TensorRuntime = Runtime<TensorModel>;
