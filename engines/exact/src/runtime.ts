import type { Manifest, TensorSignature } from '@isobit/model';
import type {
  OperatorTrace,
  Profile,
  ReceiptDetails,
  Request,
  Response,
  Tensor,
  TensorsResponse,
  TextPiece,
  Trace,
  Usage,
} from '@isobit/receipt';
import type { AnswerDifference } from './llm/text/read-difference.ts';
import { bytesInMemory, type ModelBytes } from './model-bytes.ts';

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
  /** Absolute path of a local file that is said to hold the file's list of blocks, 32 bytes a block. */
  locateBlocks?(path: string): Promise<string | undefined>;
  /** The file in pieces, each verified before it is given, for files that should not be in memory as a whole. */
  open?(path: string, signal?: AbortSignal): Promise<ModelBytes>;
}

/** A file of a model in pieces, however its source has it. @throws CodedError as the source */
export async function openModelFile(
  source: ModelSource,
  path: string,
  signal?: AbortSignal,
): Promise<ModelBytes> {
  return source.open ? source.open(path, signal) : bytesInMemory(await source.read(path, signal));
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
  readonly trace?: OperatorTrace;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  /** Keep a trace, salted with the request's salt. */
  readonly trace?: boolean;
  /** Told of a text as it comes. */
  readonly onPiece?: (piece: TextPiece) => void;
}

export interface Execution {
  readonly response: Response;
  readonly trace?: Trace;
  readonly usage: Usage;
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Keep a trace up to the first difference, salted with the request's salt. */
  readonly trace?: boolean;
}

/** What the comparison of an answer with the model found. */
export type Checked = {
  /** The steps that agree, and the first that does not where its values are known; where it was asked for. */
  readonly trace?: Trace;
} & (
  | { readonly difference: AnswerDifference }
  /** All tokens are the model's: its response, which may still say other things of them. */
  | { readonly response: Response }
);

/** A build that runs models, as it stands in a receipt. */
export type Engine = ReceiptDetails['engine'];

/** A model that is ready to answer requests. They may be given together. */
export interface LoadedModel extends AsyncDisposable {
  /** The build that runs this model, where its runtime has several. */
  readonly engine?: Engine;
  /**
   * Answers a request: the pure function of specs/response.md. The caller has matched the request's model id and
   * profile with what it loaded.
   *
   * @throws CodedError of `ExactErrorCode`; `TENSOR_INVALID`
   */
  execute(request: Request, options?: ExecuteOptions): Promise<Execution>;
  /**
   * Compares an answer with what the model gives, in less work than answering: present where the model can.
   *
   * @throws CodedError as `execute`
   */
  check?(request: Request, response: Response, options?: CheckOptions): Promise<Checked>;
}

export interface TensorExecution extends Execution {
  readonly response: TensorsResponse;
  readonly trace?: OperatorTrace;
}

/** A model that takes and gives tensors. Runs take turns. */
export interface TensorModel extends LoadedModel {
  execute(request: Request, options?: ExecuteOptions): Promise<TensorExecution>;
  /** What it takes: initialisers are not among them. Dimension -1 is any size. */
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** @throws CodedError of `ExactErrorCode` */
  run(inputs: readonly Tensor[], options?: RunOptions): Promise<RunResult>;
}

/** Runs models under one profile. Adapters: ONNX in this process, in child processes, native; language models. */
export interface Runtime<M extends LoadedModel = LoadedModel> extends AsyncDisposable {
  readonly profile: Profile;
  /** The build that runs models which name none themselves. */
  readonly engine: Engine;
  /** True where models run elsewhere, so that none of their bytes is needed here. */
  readonly isRemote?: boolean;
  /** Whether it could load a model, by its manifest alone. */
  takes(manifest: Manifest): boolean;
  /** @throws CodedError of `ExactErrorCode`, or of the source */
  load(source: ModelSource, options?: LoadOptions): Promise<M>;
}

/** A runtime of models that take and give tensors. */
export type TensorRuntime = Runtime<TensorModel>;
